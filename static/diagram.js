// Draws the case's diagram; where the tokens are comes from the page's data attributes.
const box = document.querySelector("[data-diagram]");
const frame = box.closest("[data-diagram-frame]");
const font = "Noto Sans, sans-serif";
const style = { fontFamily: font, fontSize: 13, lineHeight: 1.2 };
const outside = { ...style, fontSize: 12 };
const foot = 36; // below the drawing, where bpmn.io's mark stands
const narrow = 600; // below this the whole drawing cannot be read
const readable = 0.62;
const largest = 3;
const step = 80;
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

// Where a step is to be chosen, a press on it in the drawing chooses it in the list, if the list has it.
function letChoose(viewer) {
  const list = document.getElementById(box.dataset.chooses);
  if (!list) return;
  const mark = () => {
    const canvas = viewer.get("canvas");
    viewer.get("elementRegistry").forEach((shape) => canvas.removeMarker(shape.id, "is-chosen"));
    if (list.value) canvas.addMarker(list.value, "is-chosen");
  };
  viewer.get("eventBus").on("element.click", ({ element }) => {
    if (![...list.options].some((option) => option.value === element.id)) return;
    list.value = element.id;
    mark();
    const move = document.querySelector(`[name="action"][value="move"]`);
    if (move && !move.checked) move.click();
  });
  list.addEventListener("change", mark);
  mark();
}

function wholeScale(canvas) {
  const { inner } = canvas.viewbox();
  return Math.min(box.clientWidth / (inner.width + 16), (box.clientHeight - foot) / (inner.height + 16));
}

function showAll(canvas) {
  const { inner } = canvas.viewbox();
  const scale = wholeScale(canvas);
  const width = box.clientWidth / scale;
  const height = box.clientHeight / scale;
  const y = inner.y - 8 - Math.max(0, (height - foot / scale - inner.height - 16) / 2);
  canvas.viewbox({ x: inner.x + (inner.width - width) / 2, y, width, height });
}

// The begin of a view so that it shows nothing beside the drawing, or all of it in the middle.
function within(wanted, length, begin, whole) {
  if (whole + 16 <= length) return begin + (whole - length) / 2;
  return Math.min(Math.max(wanted, begin - 8), begin + whole + 8 - length);
}

// Where it is narrow, what is now in the middle, or the beginning at the left; else all of it.
function look(viewer) {
  const canvas = viewer.get("canvas");
  const shapes = viewer.get("elementRegistry");
  if (box.clientWidth >= narrow || wholeScale(canvas) >= readable) {
    showAll(canvas);
    return;
  }
  const shape = shapes.get(words("now")[0]) || shapes.find((one) => one.type === "bpmn:StartEvent");
  const { inner } = canvas.viewbox();
  const width = box.clientWidth / readable;
  const height = (box.clientHeight - foot) / readable;
  const x = within(shape.x + shape.width / 2 - width / 2, width, inner.x, inner.width);
  const y = within(shape.y + shape.height / 2 - height / 2, height, inner.y, inner.height);
  canvas.viewbox({ x, y, width, height: box.clientHeight / readable });
}

function zoom(canvas, factor, at = { x: box.clientWidth / 2, y: box.clientHeight / 2 }) {
  const least = Math.min(wholeScale(canvas), canvas.zoom()) * 0.9;
  canvas.zoom(Math.min(Math.max(canvas.zoom() * factor, least), largest), at);
}

// One finger moves the drawing sideways, and every way where it fills the screen; two bring it nearer.
function followFingers(canvas, large) {
  const fingers = new Map();
  const place = (event) => ({ x: event.clientX, y: event.clientY });
  const between = () => {
    const [one, other = one] = [...fingers.values()];
    return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, apart: Math.hypot(one.x - other.x, one.y - other.y) };
  };
  box.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse") fingers.set(event.pointerId, place(event));
  });
  box.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = between();
    fingers.set(event.pointerId, place(event));
    const after = between();
    const free = large.open || fingers.size > 1;
    canvas.scroll({ dx: after.x - before.x, dy: free ? after.y - before.y : 0 });
    if (fingers.size < 2 || !before.apart) return;
    const corner = box.getBoundingClientRect();
    zoom(canvas, after.apart / before.apart, { x: after.x - corner.left, y: after.y - corner.top });
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    box.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
}

function actsOf(viewer, large) {
  const canvas = viewer.get("canvas");
  const home = document.createComment("the drawing");
  const settled = () => {
    const fills = large.open;
    frame.classList.toggle("is-large", fills);
    viewer.get("zoomScroll").toggle(fills);
    canvas.resized();
    look(viewer);
  };
  large.addEventListener("close", () => {
    home.replaceWith(frame);
    settled();
    frame.querySelector('[data-diagram-act="large"]').focus();
  });
  return {
    nearer: () => zoom(canvas, 1.3),
    farther: () => zoom(canvas, 1 / 1.3),
    all: () => showAll(canvas),
    left: () => canvas.scroll({ dx: step, dy: 0 }),
    right: () => canvas.scroll({ dx: -step, dy: 0 }),
    up: () => canvas.scroll({ dx: 0, dy: step }),
    down: () => canvas.scroll({ dx: 0, dy: -step }),
    close: () => large.close(),
    large: () => {
      frame.replaceWith(home);
      large.append(frame);
      large.showModal();
      settled();
      box.focus();
    },
  };
}

const keys = {
  "+": "nearer", "=": "nearer", "-": "farther", 0: "all",
  ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down",
};

function listen(viewer) {
  box.tabIndex = 0;
  box.setAttribute("aria-describedby", "diagram-keys");
  const large = document.querySelector("[data-diagram-large]");
  const acts = actsOf(viewer, large);
  followFingers(viewer.get("canvas"), large);
  frame.addEventListener("click", (event) => {
    const button = event.target.closest("[data-diagram-act]");
    if (button) acts[button.dataset.diagramAct]();
  });
  box.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? "" : keys[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    acts[act]();
  });
}

async function draw() {
  const viewer = new window.BpmnJS({
    container: box,
    textRenderer: { defaultStyle: style, externalStyle: outside },
    zoomScroll: { enabled: false }, // the wheel scrolls the page
    keyboard: { bind: false },
  });
  const [answer] = await Promise.all([fetch(box.dataset.diagram), document.fonts.load("15px 'Noto Sans'", "aā")]);
  if (!answer.ok) throw new Error(`diagram: ${answer.status}`);
  await viewer.importXML(translated(await answer.text(), box.dataset.language));
  box.querySelector("svg").removeAttribute("tabindex"); // the frame around it has the focus
  const { inner } = viewer.get("canvas").viewbox();
  const wanted = foot + Math.round((box.clientWidth * (inner.height + 16)) / (inner.width + 16));
  if (box.clientWidth >= narrow) box.style.setProperty("--drawn", `${Math.min(Math.max(wanted, 220), 760)}px`);
  viewer.get("canvas").resized();
  markTokens(viewer);
  look(viewer);
  listen(viewer);
  letChoose(viewer);
  box.dataset.ready = "yes";
}

draw().catch(() => {
  // The list of steps beside it says the same; without the drawing only its frame goes.
  frame.hidden = true;
  box.dataset.ready = "yes";
});
