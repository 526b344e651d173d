// Starts govuk-frontend; a file of its own so that no page needs an inline script.
import { createAll, initAll, ErrorSummary } from "./vendor/govuk-frontend/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// Fields that depend on another answer: shown always without JavaScript, here only while they apply.
for (const part of document.querySelectorAll("[data-shown-by]")) {
  const names = part.dataset.shownBy;
  const values = JSON.parse(part.dataset.shownFor);
  const inputs = document.querySelectorAll(`[name="${CSS.escape(names)}"]`);
  const look = () => {
    const chosen = [...inputs]
      .filter((input) => (input.type === "radio" || input.type === "checkbox" ? input.checked : true))
      .map((input) => input.value);
    part.hidden = !chosen.some((value) => values.includes(value));
  };
  inputs.forEach((input) => input.addEventListener("change", look));
  look();
}

// A second press of the same button does nothing while the first one travels.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});

document.addEventListener("htmx:after:swap", (event) => {
  const part = event.target;
  if (part instanceof Element) createAll(ErrorSummary, {}, part);
});
