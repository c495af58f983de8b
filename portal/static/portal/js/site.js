// Small comforts. Every page works without them.

function wakeFilter(filter) {
  const input = filter.querySelector("input");
  const count = filter.querySelector("[role=status]");
  const items = [...document.querySelectorAll("[data-filter-item]")];
  const groups = [...document.querySelectorAll("[data-filter-group]")];

  // Other names count, though they are not shown.
  const textOf = (item) => `${item.textContent} ${item.dataset.names ?? ""}`.toLowerCase();

  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().match(/\S+/g) ?? [];
    for (const item of items) {
      const text = textOf(item);
      item.hidden = !words.every((word) => text.includes(word));
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("[data-filter-item]:not([hidden])");
    }
    const shown = items.filter((item) => !item.hidden).length;
    count.textContent = words.length ? `${shown} of ${items.length} shown` : "";
  });
  filter.hidden = false;
}

document.querySelectorAll("[data-filter]").forEach(wakeFilter);

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.innerText);
    const told = button.nextElementSibling;
    told.textContent = told.dataset.copied;
  });
}

window.addEventListener("beforeprint", () => {
  const language = document.documentElement.lang;
  const today = new Date().toLocaleDateString(language, { dateStyle: "long" });
  for (const place of document.querySelectorAll("[data-printed-on]")) {
    place.textContent = language === "en-GB" ? ` on ${today}` : ` (${today})`;
  }
});

// The checklist of a policy, worked out in the browser. Sends nothing, keeps nothing.

// As policies/criteria/evaluation.py does it, and tested against it: what a node is,
// and which questions settle that. `judged` gathers it for every node below.
function judge(node, judged) {
  const { node: key, least, inverted } = node.dataset;
  let answer = node.querySelector(":checked")?.value ?? "not_known";
  let settling = [key];
  if (least) {
    const members = [...node.querySelectorAll("[data-node]")]
      .filter((other) => other.parentElement.closest("[data-node]") === node)
      .map((member) => judge(member, judged));
    const those = (sought) => members.filter((one) => one.answer === sought);
    let [met, notMet, reason] = ["met", "not_met", "not_known"].map(those);
    if (inverted === "") [met, notMet] = [notMet, met];
    answer = "not_known";
    if (met.length >= least) [answer, reason] = ["met", met];
    else if (notMet.length > members.length - least)
      [answer, reason] = ["not_met", notMet];
    settling = reason.flatMap((one) => one.settling);
  }
  judged.set(key, { answer, settling });
  return judged.get(key);
}

function wakeChecklist(form) {
  const summary = document.querySelector("[data-summary]");

  function show() {
    const judged = new Map();
    const { answer, settling } = judge(form.querySelector("[data-node]"), judged);
    const effect = summary.dataset[answer === "not_known" ? "open" : "decides"];
    for (const outcome of summary.querySelectorAll("[data-outcome]")) {
      outcome.hidden = outcome.dataset.outcome !== answer;
    }
    for (const { dataset, cells } of summary.querySelectorAll("[data-row]")) {
      cells[1].textContent = dataset[judged.get(dataset.row).answer];
      cells[2].textContent = settling.includes(dataset.row) ? effect : "";
    }
    const today = new Date().toLocaleDateString("en-GB", { dateStyle: "long" });
    summary.querySelector("[data-today]").textContent = today;
    const tick = form.querySelector(":checked");
    form.parentElement.toggleAttribute("data-ticked", Boolean(tick));
  }

  async function copy() {
    const lines = [...summary.querySelectorAll("[data-line]:not([hidden])")];
    const text = lines.map((line) => line.innerText.trim().replace(/\s*\t\s*/g, " | "));
    const told = summary.querySelector("[data-copied]");
    await navigator.clipboard.writeText(text.join("\n"));
    told.textContent = told.dataset.copied;
  }

  function offer(action, act) {
    const button = summary.querySelector(`[data-action=${action}]`);
    button.addEventListener("click", act);
    button.hidden = false;
  }

  if (navigator.clipboard) offer("copy", copy);
  offer("print", () => print());
  form.querySelector("[data-without-scripts]").hidden = true;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", show);
  addEventListener("pageshow", show);
}

document.querySelectorAll("[data-checklist]").forEach(wakeChecklist);
