// Ticking rows of the list: how many are ticked, and all of the page at once.
const table = document.querySelector(".app-table--pick");

if (table) {
  const all = table.querySelector("[data-pick-all]");
  const boxes = [...table.querySelectorAll('input[name="task"]')];
  const told = document.querySelector("[data-picked]");
  const empty = told.textContent;
  const look = () => {
    const picked = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.closest("tr").classList.toggle("is-picked", box.checked);
    all.checked = picked > 0 && picked === boxes.length;
    all.indeterminate = picked > 0 && picked < boxes.length;
    told.textContent = picked ? told.dataset.picked.replace("#", picked) : empty;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    look();
  });
  for (const box of boxes) box.addEventListener("change", look);
  // A browser that comes back to the page ticks what was ticked.
  window.addEventListener("pageshow", look);
  look();
}
