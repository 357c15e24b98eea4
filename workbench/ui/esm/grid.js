// One page of rows as an ARIA grid; sorting, searching, filtering and exporting are asked of the server.
const NARROW = 480, NARROW_COLUMNS = 3;

function writer(locale) {
  const made = new Map();
  const format = (style, digits, currency) => {
    const key = `${style}|${digits}|${currency}`;
    if (!made.has(key)) {
      const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
      if (style === "money" && currency) Object.assign(options, { style: "currency", currency, currencyDisplay: "symbol" });
      if (style === "percent") options.style = "percent";
      made.set(key, new Intl.NumberFormat(locale, options));
    }
    return made.get(key);
  };
  return (column, value, currency) => {
    if (value === null || value === undefined || value === "") return "–";
    if (column.kind === "number") return format(column.style, column.digits, currency).format(value);
    if (column.kind === "flag") return value ? "✓" : "–";
    return column.codes?.[value] ?? String(value);
  };
}

export default {
  async render({ model, el }) {
    await enter(model, el);
    const label = (name, values = {}) => (model.get("labels")[name] ?? "").replace(/\{(\w+)\}/g, (_, k) => values[k] ?? "");
    const ask = (changes) => { model.set("query", { ...model.get("query"), offset: 0, ...changes }); model.save_changes(); };
    const search = make("input", { type: "search", oninput: () => { clearTimeout(search.wait); search.wait = setTimeout(() => ask({ search: search.value }), 250); } });
    const filtering = make("button", { type: "button", class: "jp-wb-button", "aria-expanded": "false", onclick: () => {
      filters.hidden = !filters.hidden; filtering.setAttribute("aria-expanded", String(!filters.hidden)); } });
    const clearing = make("button", { type: "button", class: "jp-wb-button jp-wb-quiet", onclick: () => ask({ filters: {}, search: "" }) });
    const chooser = make("details", { class: "jp-wb-menu" }, make("summary", { class: "jp-wb-button" }), make("div"));
    const exporter = make("details", { class: "jp-wb-menu" }, make("summary", { class: "jp-wb-button" }), make("div"));
    const filters = make("div", { class: "jp-wb-filters", hidden: true });
    const head = make("thead"), body = make("tbody");
    const table = make("table", { role: "grid" }, head, body), box = make("div", { class: "jp-wb-gridbox" }, table);
    const showing = make("span", { "aria-live": "polite" }), note = make("span", { class: "jp-wb-muted", "aria-live": "polite" });
    const back = make("button", { type: "button", class: "jp-wb-button", onclick: () => turn(-1) }, "‹");
    const on = make("button", { type: "button", class: "jp-wb-button", onclick: () => turn(1) }, "›");
    const size = make("select", { onchange: () => ask({ limit: Number(size.value) }) }, ...[25, 50, 100, 500].map((n) => make("option", { value: n }, String(n))));
    el.replaceChildren(make("section", { class: "jp-wb-card jp-wb-grid" },
      make("div", { class: "jp-wb-gridbar" }, search, filtering, clearing, chooser, exporter), filters, box,
      make("div", { class: "jp-wb-gridfoot" }, make("div", {}, showing, note), make("div", {}, size, back, on))));

    const turn = (step) => { const q = model.get("query"); ask({ offset: Math.max(0, q.offset + step * q.limit) }); };
    const sortBy = (name, add) => {
      const sort = model.get("query").sort, now = sort.find(([c]) => c === name)?.[1];
      const next = now === undefined ? [[name, "desc"]] : now === "desc" ? [[name, "asc"]] : [];
      ask({ sort: [...(add ? sort.filter(([c]) => c !== name) : []), ...next] });
    };
    const spec = () => { const all = Object.fromEntries(model.get("columns").map((c) => [c.name, c])); return model.get("page").names.map((n) => all[n]).filter(Boolean); };
    const narrow = () => el.clientWidth > 0 && el.clientWidth < NARROW;
    const visible = () => (narrow() ? spec().slice(0, NARROW_COLUMNS) : spec());

    let drawnNarrow = false;
    let at = [0, 0];  // the cell that Tab enters; row 0 is the header
    const place = (row, column, focus) => {
      const rows = [...table.rows];
      at = [Math.min(Math.max(row, 0), rows.length - 1), Math.min(Math.max(column, 0), (rows[0]?.cells.length ?? 1) - 1)];
      for (const cell of table.querySelectorAll('[tabindex="0"]')) cell.tabIndex = -1;
      const cell = rows[at[0]]?.cells[at[1]];
      if (!cell) return;
      cell.tabIndex = 0;
      if (focus) { cell.focus(); cell.scrollIntoView({ block: "nearest", inline: "nearest" }); }
    };
    const choose = (index) => {
      const page = model.get("page"), keys = page.keys[index];
      if (!keys) return;
      model.set("selected", Object.fromEntries(page.key.map((name, i) => [name, keys[i]])));
      model.save_changes();
    };
    const mark = () => {
      const page = model.get("page"), chosen = model.get("selected");
      [...body.rows].forEach((row, i) => row.setAttribute("aria-selected", String(page.key.length > 0 && page.key.every((name, k) => chosen[name] === page.keys[i]?.[k]))));
    };
    const drawHead = (shown) => {
      const sort = Object.fromEntries(model.get("query").sort);
      head.replaceChildren(make("tr", { role: "row", "aria-rowindex": "1" }, ...shown.map((c, i) => {
        const way = sort[c.name], arrow = way ? (way === "asc" ? " ↑" : " ↓") : "";
        return make("th", { role: "columnheader", tabindex: "-1", "aria-colindex": i + 1, "aria-sort": way ? (way === "asc" ? "ascending" : "descending") : "none",
          class: c.kind === "number" ? "jp-wb-number" : undefined, title: c.help, onclick: (e) => { at = [0, i]; sortBy(c.name, e.shiftKey); } },
          c.label + (c.unit ? ` (${c.unit})` : "") + arrow);
      })));
    };
    const drawBody = (shown, page) => {
      const write = writer(model.get("locale")), order = shown.map((c) => page.names.indexOf(c.name));
      body.replaceChildren(...page.rows.map((row, r) => make("tr", { role: "row", "aria-rowindex": page.offset + r + 2, onclick: (e) => { at = [r + 1, e.target.closest("td")?.cellIndex ?? 0]; choose(r); place(...at, true); } },
        ...shown.map((c, i) => {
          const value = row[order[i]], text = write(c, value, page.currency?.[r] || model.get("currency"));
          const chip = c.icons?.[value] !== undefined && make("span", { class: `jp-wb-status jp-wb-tone-${value}` }, make("span", { "aria-hidden": "true" }, c.icons[value]), text);
          return make("td", { role: "gridcell", tabindex: "-1", "aria-colindex": i + 1, class: c.kind === "number" ? "jp-wb-number" : undefined, title: text.length > 24 ? text : undefined }, chip || text);
        }))));
    };
    const drawFilters = () => {
      const chosen = model.get("query").filters, known = model.get("page").names;
      const set = (name, part) => {
        const now = { ...chosen[name], ...part };
        for (const k of Object.keys(now)) if (now[k] === "" || now[k] === null || now[k]?.length === 0) delete now[k];
        const { [name]: _, ...rest } = model.get("query").filters;
        ask({ filters: Object.keys(now).length ? { ...rest, [name]: now } : rest });
      };
      const field = (c, type, part, text) => make("input", { type, value: chosen[c.name]?.[part], "aria-label": `${c.label} ${text}`, placeholder: text, step: "any",
        onchange: (e) => set(c.name, { [part]: type === "number" && e.target.value !== "" ? Number(e.target.value) : e.target.value }) });
      const select = (c) => make("select", { "aria-label": c.label, onchange: (e) => set(c.name, { in: e.target.value ? [e.target.value] : [] }) }, make("option", { value: "" }, label("any")),
        ...Object.entries(c.codes).map(([code, text]) => make("option", { value: code, selected: chosen[c.name]?.in?.includes(code) }, text)));
      const inputs = (c) => c.codes ? [select(c)] : c.kind === "number" ? [field(c, "number", "min", label("from")), field(c, "number", "max", label("to"))]
        : c.kind === "time" ? [field(c, "date", "min", label("from")), field(c, "date", "max", label("to"))] : [field(c, "text", "contains", label("contains"))];
      filters.replaceChildren(...model.get("columns").filter((c) => known.includes(c.name) && c.filter).map((c) => make("fieldset", {}, make("legend", {}, c.label + (c.unit ? ` (${c.unit})` : "")), ...inputs(c))));
    };
    const drawMenus = () => {
      const shown = new Set(model.get("shown"));
      chooser.firstChild.textContent = label("columns");
      if (!chooser.contains(document.activeElement)) chooser.lastChild.replaceChildren(...model.get("columns").map((c) => make("label", {}, make("input", { type: "checkbox", checked: shown.has(c.name), onchange: (e) => {
        const now = model.get("shown").filter((n) => n !== c.name), names = e.target.checked ? [...now, c.name] : now;
        model.set("shown", names.length ? names : [c.name]); model.save_changes(); } }), c.label)));
      exporter.firstChild.textContent = label("export");
      const big = model.get("page").total > model.get("xlsx_rows");
      exporter.lastChild.replaceChildren(...["csv", "xlsx", "parquet"].map((kind) => make("button", { type: "button", class: "jp-wb-button", disabled: kind === "xlsx" && big,
        title: kind === "xlsx" && big ? label("xlsx_big") : undefined, onclick: () => { exporter.open = false; note.textContent = label("making"); model.send({ type: "export", kind }); } }, label(kind))));
    };
    const draw = () => {
      drawnNarrow = narrow();
      const page = model.get("page"), query = model.get("query"), shown = visible(), focused = table.contains(document.activeElement);
      search.placeholder = label("search");
      search.setAttribute("aria-label", label("search"));
      if (document.activeElement !== search) search.value = query.search;
      const count = Object.keys(query.filters).length;
      filtering.textContent = label("filter") + (count ? ` (${count})` : "");
      clearing.textContent = label("clear");
      clearing.hidden = !count && !query.search;
      table.setAttribute("aria-label", model.get("title"));
      table.setAttribute("aria-rowcount", page.total + 1);
      table.setAttribute("aria-colcount", shown.length);
      drawHead(shown);
      drawBody(shown, page);
      showing.textContent = page.total ? label("showing", { a: page.offset + 1, b: page.offset + page.rows.length, n: page.shown_total }) : label("nothing");
      note.textContent = shown.length < page.names.length ? label("narrow", { a: shown.length, n: page.names.length }) : page.total < page.all ? label("of_all", { n: page.shown_all }) : "";
      back.disabled = page.offset === 0;
      on.disabled = page.offset + page.rows.length >= page.total;
      back.setAttribute("aria-label", label("back"));
      on.setAttribute("aria-label", label("on"));
      size.setAttribute("aria-label", label("rows"));
      size.value = String(query.limit);
      mark();
      place(...at, focused);
    };
    table.addEventListener("keydown", (event) => {
      const [row, column] = at, rows = table.rows.length, jumps = { ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], ArrowRight: [row, column + 1], ArrowLeft: [row, column - 1],
        Home: event.ctrlKey ? [0, 0] : [row, 0], End: event.ctrlKey ? [rows - 1, 1e3] : [row, 1e3] };
      if (jumps[event.key]) place(...jumps[event.key], true);
      else if (event.key === "PageDown" && !on.disabled) turn(1);
      else if (event.key === "PageUp" && !back.disabled) turn(-1);
      else if (event.key === "Enter" || event.key === " ") { if (row === 0) sortBy(visible()[column].name, event.shiftKey); else choose(row - 1); }
      else return;
      event.preventDefault();
    });
    table.addEventListener("focusin", (event) => { const cell = event.target.closest("th,td"); if (cell) at = [cell.parentNode.rowIndex, cell.cellIndex]; });
    const all = () => { draw(); drawMenus(); if (!filters.contains(document.activeElement)) drawFilters(); };
    all();
    const resized = new ResizeObserver(() => { if (narrow() !== drawnNarrow) draw(); });
    resized.observe(el);
    const say = (text) => { note.textContent = text; };
    const redraw = () => all();
    model.on("change:page change:columns change:labels", redraw);
    model.on("change:selected", mark);
    const stop = [menus(el), files(model, say), () => resized.disconnect(), () => model.off("change:page change:columns change:labels", redraw), () => model.off("change:selected", mark)];
    return () => { for (const end of stop) end(); };
  },
};
