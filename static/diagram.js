// Draws the case's diagram; where the tokens are comes from the page's data attributes.
const box = document.querySelector("[data-diagram]");
const font = "Noto Sans, sans-serif";
const style = { fontFamily: font, fontSize: 13, lineHeight: 1.2 };
const outside = { ...style, fontSize: 12 };
const foot = 36; // below the drawing, where bpmn.io's mark stands
const words = (name) => (box.dataset[name] || "").split(" ").filter(Boolean);

// In another language than the diagram's own, its elements are called by their property `name:<language>`.
function translated(xml, language) {
  if (!language) return xml;
  const drawing = new DOMParser().parseFromString(xml, "application/xml");
  for (const property of drawing.querySelectorAll(`property[name="name:${language}"]`)) {
    const element = property.closest("extensionElements").parentElement;
    const name = property.getAttribute("value");
    element.setAttribute("name", name);
    const pool = drawing.querySelector(`participant[processRef="${CSS.escape(element.id)}"]`);
    if (pool) pool.setAttribute("name", name);
  }
  return new XMLSerializer().serializeToString(drawing);
}

function markTokens(viewer) {
  const canvas = viewer.get("canvas");
  const shapes = viewer.get("elementRegistry");
  const known = (id) => shapes.get(id);
  words("done").filter(known).forEach((id) => canvas.addMarker(id, "is-done"));
  words("now").filter(known).forEach((id) => {
    canvas.removeMarker(id, "is-done");
    canvas.addMarker(id, "is-now");
    if (shapes.get(id).host) return; // a timer waits on a task that says so itself
    const token = document.createElement("div");
    token.className = "app-token";
    token.textContent = box.dataset.token;
    viewer.get("overlays").add(id, { position: { top: 0, left: shapes.get(id).width / 2 }, html: token, scale: false });
  });
}

function look(viewer) {
  const canvas = viewer.get("canvas");
  const shape = viewer.get("elementRegistry").get(words("now")[0]);
  if (box.clientWidth < 600 && shape) {
    const scale = 0.62;
    const width = box.clientWidth / scale;
    const height = box.clientHeight / scale;
    canvas.viewbox({ x: shape.x + shape.width / 2 - width / 2, y: shape.y + shape.height / 2 - height / 2, width, height });
    return;
  }
  const { inner } = canvas.viewbox();
  const scale = Math.min(box.clientWidth / (inner.width + 16), (box.clientHeight - foot) / (inner.height + 16));
  const width = box.clientWidth / scale;
  const height = box.clientHeight / scale;
  canvas.viewbox({ x: inner.x + (inner.width - width) / 2, y: inner.y - 8, width, height });
}

async function draw() {
  const viewer = new window.BpmnJS({ container: box, textRenderer: { defaultStyle: style, externalStyle: outside } });
  const [answer] = await Promise.all([fetch(box.dataset.diagram), document.fonts.load("15px 'Noto Sans'", "aā")]);
  if (!answer.ok) throw new Error(`diagram: ${answer.status}`);
  await viewer.importXML(translated(await answer.text(), box.dataset.language));
  const { inner } = viewer.get("canvas").viewbox();
  const wanted = foot + Math.round((box.clientWidth * (inner.height + 16)) / (inner.width + 16));
  if (box.clientWidth >= 600) box.style.height = `${Math.min(Math.max(wanted, 220), 760)}px`;
  viewer.get("canvas").resized();
  markTokens(viewer);
  look(viewer);
  box.dataset.ready = "yes";
}

draw().catch(() => {
  // The list of steps beside it says the same; without the drawing only its frame goes.
  box.closest("[data-diagram-frame]").hidden = true;
});
