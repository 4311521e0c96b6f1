// A page that stays open at the counter shows that the station is open, also while nobody presses anything.
const EVERY = 5 * 60 * 1000;

export function sendHeartbeats(address) {
  const send = () => fetch(address, { cache: "no-store", signal: AbortSignal.timeout(8000) }).catch(() => {});
  setInterval(send, EVERY);
}
