// Reports that a page of this kind was read. Runs only after the visitor has agreed,
// and keeps nothing in the browser.

const { countUrl, pageType } = document.querySelector("[data-page-type]").dataset;

// The server says no to what it does not count; the reader need not know.
const report = () =>
  fetch(countUrl, {
    method: "POST",
    keepalive: true,
    referrerPolicy: "no-referrer",
    headers: { "Content-Type": "text/plain" },
    body: pageType,
  }).catch(() => {});

// A page that the browser only prepares has not been read.
if (document.prerendering) {
  document.addEventListener("prerenderingchange", report, { once: true });
} else {
  report();
}
