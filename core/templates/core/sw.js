{% comment %}Rendered by core.views.service_worker with the hashed names of this version.{% endcomment %}
// Keeps the shell, the icons and the help for days without network. It never stores a page that holds a person: what it
// keeps was fetched without cookies, and everything else goes to the network and nowhere else.
const VERSION = {{ version|safe }};
const FILES = {{ files|safe }};
const PAGES = {{ pages|safe }};
// Large, and of use to few: kept from the day when a page first fetches them, also over a change of version.
const ONCE_USED = {{ once_used|safe }};
const USED = "once used";
const LANGUAGE = "/language-of-this-device";

addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("message", (event) => event.waitUntil(heed(event.data)));
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (FILES.includes(url.pathname)) event.respondWith(fromHere(event.request));
  else if (ONCE_USED.includes(url.pathname)) event.respondWith(keptOnceUsed(url.pathname));
  else if (event.request.mode === "navigate") event.respondWith(fromThere(event.request, url));
});

async function fill() {
  const cache = await caches.open(VERSION);
  await Promise.all([...FILES, ...PAGES].map(async (path) => {
    const answer = await fetch(path, { credentials: "omit", cache: "no-cache" });
    if (!answer.ok) throw new Error(`${path} ${answer.status}`);
    await cache.put(path, answer);
  }));
}

async function tidy() {
  for (const name of await caches.keys()) if (![VERSION, USED, "language"].includes(name)) await caches.delete(name);
  const used = await caches.open(USED);
  for (const { url } of await used.keys()) if (!ONCE_USED.includes(new URL(url).pathname)) await used.delete(url);
  await clients.claim();
}

async function heed(message) {
  if (message === "take over") return skipWaiting();
  if (message?.language) return (await caches.open("language")).put(LANGUAGE, new Response(message.language));
}

async function fromHere(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function keptOnceUsed(path) {
  const kept = await caches.match(path, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(path, { credentials: "omit" });
  // A device whose storage is full works all the same.
  if (answer.ok) await caches.open(USED).then((cache) => cache.put(path, answer.clone())).catch(() => {});
  return answer;
}

async function fromThere(request, url) {
  try {
    return await fetch(request);
  } catch {
    const kept = await caches.match(LANGUAGE);
    const language = (kept ? await kept.text() : "zh-Hans").toLowerCase();
    const path = url.pathname.startsWith("/help/") ? url.pathname : "/help/no-network/";
    const page = await caches.match(`${path}?in=${language}`, { ignoreVary: true });
    return page ?? Response.error();
  }
}
