// Draws each [data-chart] from the table inside it. Without this the table stands open and nothing is lost.
// To be told apart without colour, lines have dashes and points of their own, and their last and highest values in figures.

const POINTS = ["circle", "rectRot", "triangle", "rect"];
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
const LONGEST = 20; // characters of a name beside a bar
const MOST_BARS = 10;
const LINE_HEIGHT = 14;

function colours() {
  const styles = getComputedStyle(document.documentElement);
  const of = (name) => styles.getPropertyValue(name).trim();
  const lines = ["--brand", "--note", "--good", "--warn"].map(of);
  return { lines, ink: of("--ink"), muted: of("--muted"), grid: of("--line"), paper: of("--paper") };
}

function read(details) {
  const heads = [...details.querySelectorAll("thead th")];
  const drawn = heads.map((head, at) => (head.hasAttribute("data-drawn") ? at : 0)).filter(Boolean);
  const points = [...details.querySelectorAll("tbody tr")].map((row) => ({
    label: row.cells[0].textContent.trim(),
    values: drawn.map((at) => Number(row.cells[at].dataset.value)),
  }));
  return { names: drawn.map((at) => heads[at].textContent.trim()), points };
}

// Writes figures where the eye looks for them: behind bars, at the last and the highest point of a line. Two of them never
// stand on one another.
const figures = {
  id: "figures",
  afterDatasetsDraw(chart) {
    const { ctx, chartArea } = chart;
    const isBar = chart.config.type === "bar";
    const taken = [];
    ctx.save();
    ctx.font = `12px ${Chart.defaults.font.family}`;
    ctx.textBaseline = isBar ? "middle" : "bottom";
    ctx.lineWidth = 3;
    ctx.lineJoin = "round";
    ctx.strokeStyle = chart.options.paper;
    ctx.fillStyle = chart.options.ink;
    chart.data.datasets.forEach((set, at) => {
      const marks = chart.getDatasetMeta(at).data;
      const highest = set.data.indexOf(Math.max(...set.data));
      const chosen = isBar ? [...set.data.keys()] : [...new Set([highest, set.data.length - 1])];
      for (const index of chosen.filter((each) => isBar || set.data[each] > 0)) {
        const { x, y } = marks[index];
        const text = set.data[index].toLocaleString();
        const place = isBar ? { x: x + 4, y } : { x, y: y - 6 };
        while (!isBar && taken.some((other) => Math.abs(other.x - x) < 48 && Math.abs(other.y - place.y) < LINE_HEIGHT)) {
          place.y -= LINE_HEIGHT;
        }
        taken.push(place);
        ctx.textAlign = isBar ? "left" : x > chartArea.right - 40 ? "right" : "center";
        ctx.strokeText(text, place.x, place.y);
        ctx.fillText(text, place.x, place.y);
      }
    });
    ctx.restore();
  },
};

function sets(names, points, isBar, colour) {
  return names.map((label, at) => {
    const data = points.map((point) => point.values[at]);
    const hue = colour.lines[at];
    if (isBar) return { label, data, backgroundColor: hue, maxBarThickness: 18 };
    const marks = { pointStyle: POINTS[at], pointRadius: 3, borderDash: DASHES[at] };
    return { label, data, ...marks, borderColor: hue, backgroundColor: hue, borderWidth: 2 };
  });
}

// Names of SKUs differ at their ends.
function short(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST / 2 - 1)}…${text.slice(-LONGEST / 2)}` : text;
}

function options(isBar, isMany, labels, colour) {
  const counts = { beginAtZero: true, grace: "8%", grid: { color: colour.grid }, ticks: { precision: 0 } };
  const bars = { autoSkip: false, callback: (_value, at) => short(labels[at]) };
  const days = { maxTicksLimit: 8, maxRotation: 0, callback: (value) => labels[value].slice(5) };
  const named = { grid: { display: false }, ticks: isBar ? bars : days };
  return {
    ink: colour.ink,
    paper: colour.paper,
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    indexAxis: isBar ? "y" : "x",
    interaction: { mode: "index", intersect: false, axis: isBar ? "y" : "x" },
    layout: { padding: { top: isBar ? 0 : 16, right: isBar ? 56 : 8 } },
    scales: isBar ? { x: counts, y: named } : { x: named, y: counts },
    plugins: { legend: { display: isMany, labels: { usePointStyle: true, pointStyleWidth: 18 } } },
  };
}

function draw(details) {
  const isBar = details.dataset.chart === "bar";
  const { names, points } = read(details);
  const shown = isBar ? points.slice(0, MOST_BARS) : points.reverse();
  const colour = colours();
  const box = document.createElement("div");
  box.className = isBar ? "dash-canvas dash-canvas-bar" : "dash-canvas";
  box.style.setProperty("--bars", String(shown.length));
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${details.dataset.title}: ${names.join(", ")}`);
  box.append(canvas);
  details.before(box);
  details.open = false;
  const labels = shown.map((point) => point.label);
  new Chart(canvas, {
    type: isBar ? "bar" : "line",
    data: { labels, datasets: sets(names, shown, isBar, colour) },
    options: options(isBar, names.length > 1, labels, colour),
    plugins: [figures],
  });
}

if (globalThis.Chart) {
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.color = colours().muted;
  for (const details of document.querySelectorAll("[data-chart]")) draw(details);
}
