// A plotly figure in a card, drawn with the page's one plotly.js in the colours of the token sheet.
function plotly() {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  window.jpWbPlotly ??= new Promise((ok, no) => {
    const config = JSON.parse(document.getElementById("jupyter-config-data")?.textContent || "{}");
    const base = (config.fullLabextensionsUrl || (config.baseUrl || "/") + "lab/extensions").replace(/\/$/, "");
    const script = make("script", { src: `${base}/inventory-workbench/static/plotly.min.js`, onload: () => ok(window.Plotly), onerror: no });
    document.head.appendChild(script);
  });
  return window.jpWbPlotly;
}

function repaint(value, paint) {
  if (typeof value === "string") return value[0] === "#" || value.startsWith("rgba(") ? paint(value) : value;
  if (Array.isArray(value)) return typeof value[0] === "number" ? value : value.map((v) => repaint(v, paint));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, k === "bdata" ? v : repaint(v, paint)]));
  return value;
}

function painter(el, palette) {
  const probe = el.appendChild(make("span", { class: "jp-wb-hidden" }));
  const now = {};
  for (const [code, token] of Object.entries(palette)) {
    probe.style.color = `var(--jp-wb-${token})`;
    now[code] = getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3);
    now[[1, 3, 5].map((at) => parseInt(code.slice(at, at + 2), 16)).join()] = now[code];
  }
  probe.remove();
  return (colour) => {
    if (colour[0] === "#") return now[colour] ? `rgb(${now[colour]})` : colour;
    const [red, green, blue, opacity] = colour.match(/[\d.]+/g);
    const found = now[[red, green, blue].join()];
    return found ? `rgba(${found},${opacity})` : colour;
  };
}

export default {
  async render({ model, el }) {
    await enter(model, el);
    const label = (name) => model.get("labels")[name] ?? "";
    const title = make("h2"), subtitle = make("p", { class: "jp-wb-muted" }), summary = make("p", { class: "jp-wb-muted" });
    const box = make("div", { class: "jp-wb-plot", role: "img" }), table = make("div", { class: "jp-wb-scroll", tabindex: "0", hidden: true });
    const live = make("span", { class: "jp-wb-hidden", "aria-live": "polite" });
    const shown = make("button", { type: "button", class: "jp-wb-button jp-wb-quiet", "aria-pressed": "false", onclick: () => flip() });
    const menu = make("details", { class: "jp-wb-menu" }, make("summary", { class: "jp-wb-button jp-wb-quiet" }), make("div"));
    const card = make("section", { class: "jp-wb-card jp-wb-chart" },
      make("header", {}, make("div", {}, title, subtitle), make("div", { class: "jp-wb-tools" }, shown, menu)), box, table, summary, live);
    el.replaceChildren(card);
    const say = (text) => { live.textContent = text; };
    const flip = () => {
      table.hidden = !table.hidden;
      box.hidden = !table.hidden;
      shown.setAttribute("aria-pressed", String(!table.hidden));
      if (!table.hidden) model.send({ type: "table" }); else draw();
    };
    const words = () => {
      title.textContent = model.get("title");
      subtitle.textContent = model.get("subtitle");
      summary.textContent = model.get("summary");
      box.setAttribute("aria-label", `${model.get("title")}. ${model.get("summary")}`);
      shown.textContent = label("table");
      menu.firstChild.textContent = label("export");
      const choice = (kind, text) => make("button", { type: "button", class: "jp-wb-button", onclick: () => { menu.open = false; save(kind); } }, text);
      menu.lastChild.replaceChildren(...["csv", "xlsx", "parquet"].map((k) => choice(k, label(k))), ...["png", "svg"].map((k) => choice(k, k.toUpperCase())));
    };
    const save = async (kind) => {
      if (kind === "png" || kind === "svg") (await plotly()).downloadImage(box, { format: kind, filename: model.get("name"), width: 1200, height: 600 });
      else { say(label("making")); model.send({ type: "export", kind }); }
    };
    let drawn = false, Plotly;
    const draw = () => {
      if (!Plotly || box.hidden || box.clientWidth === 0) return;
      const { data, layout } = repaint(model.get("figure"), painter(el, model.get("palette")));
      const coarse = matchMedia("(pointer: coarse)").matches;
      Plotly.react(box, data ?? [], { ...layout, autosize: true, width: box.clientWidth, dragmode: coarse ? false : "zoom" },
        { displayModeBar: false, displaylogo: false, scrollZoom: false });
      if (!drawn) box.on("plotly_click", ({ points }) => model.send({ type: "click", data: points[0]?.customdata ?? points[0]?.x }));
      drawn = true;
    };
    const tabulate = ({ head, rows, note }) => {
      const cells = (tag, row) => row.map((v) => make(tag, typeof v === "number" ? { class: "jp-wb-number" } : {}, v === null ? "–" : String(v)));
      table.replaceChildren(make("p", { class: "jp-wb-muted" }, note),
        make("table", { class: "jp-wb-plain" }, make("thead", {}, make("tr", {}, ...cells("th", head))), make("tbody", {}, ...rows.map((r) => make("tr", {}, ...cells("td", r))))));
    };
    const receive = (message) => { if (message.type === "table") tabulate(message); };
    const change = () => { words(); draw(); if (!table.hidden) model.send({ type: "table" }); };
    words();
    const size = new ResizeObserver(() => draw());
    size.observe(box);
    const stop = [onTheme(draw), menus(el), files(model, say), () => size.disconnect(), () => model.off("change", change), () => model.off("msg:custom", receive)];
    model.on("change", change);
    model.on("msg:custom", receive);
    plotly().then((loaded) => { Plotly = loaded; draw(); }, () => { box.textContent = label("blocked"); box.style.minHeight = 0; });
    return () => { for (const end of stop) end(); if (drawn) Plotly.purge(box); };
  },
};
