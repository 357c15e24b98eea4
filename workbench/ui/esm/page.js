// What every part of a page shares: the token sheet (once a page), the theme, menus, the clipboard, files from the server.
const root = document.documentElement;
const memory = (() => { try { return localStorage; } catch { return undefined; } })();  // a page may not be allowed to remember

async function enter(model, el) {
  el.classList.add("jp-wb", "jp-wb-part");
  const saved = memory?.getItem("jp-wb-theme");
  if (saved && !root.dataset.jpWbTheme && !document.querySelector(".jp-wb-bar")) root.dataset.jpWbTheme = saved;
  const styled = () => getComputedStyle(document.body).getPropertyValue("--jp-wb-ink") || document.getElementById("jp-wb-tokens");
  if (styled()) return;
  const sheet = await model.widget_manager.get_model(model.get("sheet").slice("IPY_MODEL_".length));
  if (styled()) return;
  const style = document.createElement("style");
  style.id = "jp-wb-tokens";
  style.textContent = sheet.get("css");
  document.head.appendChild(style);
}

function onTheme(redraw) {
  let waiting;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(redraw, 60); };
  const seen = new MutationObserver(soon);
  seen.observe(root, { attributes: true, attributeFilter: ["data-jp-wb-theme"] });
  seen.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });
  const asked = ["(prefers-color-scheme: dark)", "print"].map((q) => matchMedia(q));
  for (const media of asked) media.addEventListener("change", redraw);
  return () => { seen.disconnect(); for (const media of asked) media.removeEventListener("change", redraw); };
}

function nextTheme() {
  const order = [undefined, "light", "dark"];
  const chosen = order[(order.indexOf(root.dataset.jpWbTheme) + 1) % order.length];
  if (chosen) { root.dataset.jpWbTheme = chosen; memory?.setItem("jp-wb-theme", chosen); }
  else { delete root.dataset.jpWbTheme; memory?.removeItem("jp-wb-theme"); }
}

async function copy(text, done) {
  try { await navigator.clipboard.writeText(text); }
  catch {
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.appendChild(area).select();
    document.execCommand("copy");
    area.remove();
  }
  done?.();
}

// One open menu at a time; Escape and a click elsewhere close it.
function menus(el) {
  const close = (event) => {
    if (event.type === "keydown" && event.key !== "Escape") return;
    for (const menu of el.querySelectorAll("details.jp-wb-menu[open]")) {
      if (event.type === "keydown") { menu.querySelector("summary").focus(); menu.open = false; }
      else if (!menu.contains(event.target)) menu.open = false;
    }
  };
  document.addEventListener("click", close);
  el.addEventListener("keydown", close);
  return () => document.removeEventListener("click", close);
}

// A file comes in pieces below 1 MB, each asked for; then the browser saves it.
function files(model, say) {
  const open = new Map();
  const receive = (message, buffers) => {
    if (message.type === "file") {
      open.set(message.id, { ...message, parts: [], got: 0 });
      model.send({ type: "piece", id: message.id, offset: 0 });
    } else if (message.type === "piece") {
      const file = open.get(message.id);
      if (!file) return;
      const part = buffers[0];
      file.parts.push(part);
      file.got += part.byteLength;
      if (file.got < file.size) return model.send({ type: "piece", id: file.id, offset: file.got });
      open.delete(message.id);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(file.parts, { type: file.mime }));
      link.download = file.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      say(file.done);
    } else if (message.type === "say") say(message.text);
  };
  model.on("msg:custom", receive);
  return () => model.off("msg:custom", receive);
}

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((c) => c !== undefined && c !== null));
  return node;
};
