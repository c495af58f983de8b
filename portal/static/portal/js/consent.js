// Asks about optional cookies and wakes what the visitor accepted.
// Nothing on the page changes before the server has confirmed a choice.

const banner = document.querySelector("[data-consent-banner]");
const part = (name) => banner.querySelector(`[data-consent-${name}]`);
const tabs = "BroadcastChannel" in window && new BroadcastChannel("consent");
const woken = new Set();
const clicks = {};
let tokenRequest;
let isBusy = false;

async function readJson(url) {
  const response = await fetch(url, { cache: "no-store" });
  if (!response.ok) throw new Error(url);
  return response.json();
}

const readState = () => readJson(banner.dataset.stateUrl);

// Asked for on first hover or focus: a page view alone sets no cookie, and a click
// sends the choice at once, before a followed link can cut it off.
function prepareToken() {
  tokenRequest ??= readJson(banner.dataset.tokenUrl).catch(() => {
    tokenRequest = undefined;
  });
  return tokenRequest;
}

function wake(accepted) {
  for (const inert of document.querySelectorAll("[data-consent-group]")) {
    const { consentGroup, src } = inert.dataset;
    if (!accepted.includes(consentGroup)) continue;
    woken.add(consentGroup);
    if (src) {
      const script = document.createElement("script");
      script.src = src;
      inert.replaceWith(script);
    } else if (inert.content) {
      inert.replaceWith(document.importNode(inert.content, true));
    }
  }
}

function tell(outcome) {
  for (const text of banner.querySelectorAll("[data-consent-text]")) {
    text.hidden = text.dataset.consentText !== outcome;
  }
  const message = part("message");
  banner.hidden = message.hidden = false;
  message.focus();
}

// One number for one choice: the server counts a repeated click once.
function formOf(choice, group) {
  const name = choice + (group ?? "");
  clicks[name] ??= crypto.randomUUID?.() ?? "";
  return new URLSearchParams({
    ...(group ? { cookie_groups: group } : { all_groups: "on" }),
    method: group ? "placeholder" : "banner",
    notice: banner.dataset.notice,
    choice_id: clicks[name],
  });
}

// For one group if `group` names it, otherwise for all.
async function choose(choice, group) {
  if (isBusy) return;
  isBusy = true;
  try {
    const prepared = await prepareToken();
    const response = await fetch(banner.dataset[`${choice}Url`], {
      method: "POST",
      keepalive: true,
      signal: AbortSignal.timeout(10000),
      headers: { "X-CSRFToken": prepared.token, "X-Cookie-Consent-Fetch": "1" },
      body: formOf(choice, group),
    });
    if (!response.ok) throw new Error(choice);
    const state = await readState();
    const left = group ? state.undecided.includes(group) : state.undecided.length;
    if (left) throw new Error(choice);
    for (const name in clicks) delete clicks[name];
    part("question").hidden = !state.undecided.length;
    wake(state.accepted);
    if (!group) tell(choice);
    tabs?.postMessage?.("changed");
  } catch {
    tokenRequest = undefined;
    tell("failed");
  }
  isBusy = false;
}

// Another tab, or the cookies page, may have changed the choice.
async function follow() {
  const state = await readState();
  if ([...woken].some((group) => !state.accepted.includes(group))) {
    location.reload();
    return;
  }
  wake(state.accepted);
  part("question").hidden = !state.undecided.length;
  const cookiesPage = part("question").querySelector("a").pathname;
  banner.hidden =
    !state.undecided.length ||
    location.pathname.startsWith(cookiesPage) ||
    Boolean(navigator.globalPrivacyControl);
}

if (banner) {
  for (const event of ["pointerenter", "focusin"]) {
    banner.addEventListener(event, prepareToken);
  }
  document.addEventListener("click", ({ target }) => {
    const { consentChoice, consentOnly, consentHide } = target.dataset;
    if (consentChoice) choose(consentChoice, consentOnly);
    if (consentHide !== undefined) banner.hidden = true;
  });
  for (const form of document.querySelectorAll("[data-consent-form]")) {
    form.elements.method.value = "page";
  }
  const followQuietly = () => follow().catch(() => {});
  if (tabs) tabs.onmessage = followQuietly;
  addEventListener("pageshow", ({ persisted }) => persisted && followQuietly());
  followQuietly();
  if (document.querySelector("[data-consent-saved]")) tabs?.postMessage?.("changed");
}

// A video or map is offered where it would stand; the click is heard above, and the
// frame wakes once the server has said yes.
function offer(button) {
  const embed = button.closest("[data-embed]");
  // The button goes with its question; without this the focus would be lost.
  const moveFocus = (changes, observer) => {
    const frame = embed.querySelector("iframe");
    if (!frame) return;
    observer.disconnect();
    frame.focus();
  };
  button.addEventListener("click", () =>
    new MutationObserver(moveFocus).observe(embed, { childList: true }),
  );
  button.hidden = false;
}

document.querySelectorAll("[data-consent-only]").forEach(offer);
