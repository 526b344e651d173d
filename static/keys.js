// Single keys for those who work through lists; they do nothing while somebody types, and each has an
// equal that works without them. Who does not want them switches them off in the account.
const dialog = document.getElementById("keys");
const rows = [...document.querySelectorAll(".app-cards tbody tr[id]")];
let here = rows.findIndex((row) => row.classList.contains("is-here") || `#${row.id}` === location.hash);

const typing = (target) =>
  target instanceof Element &&
  target.closest('input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable]');

// The row stands in the address, so that coming back finds it again.
const remember = (row) => {
  const address = new URL(location.href);
  address.searchParams.set("row", row.id.slice(2));
  history.replaceState(history.state, "", address);
};

const go = (to) => {
  if (!rows.length) return;
  here = Math.max(0, Math.min(rows.length - 1, to));
  rows.forEach((row, at) => row.classList.toggle("is-here", at === here));
  rows[here].querySelector("a.app-title").focus();
  remember(rows[here]);
};

const claim = () => {
  const form = document.getElementById("claim");
  const address = rows[here]?.dataset.claim;
  if (form && address) {
    form.action = address;
    form.submit();
  } else {
    document.querySelector("form[data-key='c']")?.requestSubmit();
  }
};

const search = () => {
  const field = document.querySelector("input[type='search']");
  if (!field) return;
  const closed = field.closest("details:not([open])");
  if (closed) closed.open = true;
  field.focus();
  field.select();
};

const keys = {
  j: () => go(here + 1),
  k: () => go(here < 0 ? 0 : here - 1),
  x: () => rows[here]?.querySelector('input[name="task"]')?.click(),
  c: claim,
  n: () => document.querySelector("a[data-key='n']")?.click(),
  "/": search,
  "?": () => dialog.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.repeat && event.key === "c") return;
  if (typing(event.target) || dialog.open) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// A row that is opened is where one comes back to; what is focused is the row that the keys mean.
rows.forEach((row, at) => {
  row.addEventListener("focusin", () => {
    here = at;
    rows.forEach((one, other) => one.classList.toggle("is-here", other === at));
  });
  row.querySelector("a.app-title")?.addEventListener("click", () => remember(row));
});
for (const button of document.querySelectorAll("[data-keys-open]")) {
  button.addEventListener("click", () => dialog.showModal());
}
// After the browser has gone to the row that the address names, which takes the focus away.
window.addEventListener("pageshow", () => {
  if (here >= 0 && !document.querySelector(".govuk-error-summary")) rows[here].querySelector("a.app-title")?.focus();
});
