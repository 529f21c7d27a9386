// The control API of the simulator.

/** Ask for JSON. */
export async function get(path) {
  const response = await fetch(`/sim/${path}`);
  if (!response.ok) throw new Error((await response.json()).error || response.statusText);
  return response.json();
}

/** Do something; the answer is JSON. */
export async function post(path, body = {}) {
  const response = await fetch(`/sim/${path}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || response.statusText);
  return answer;
}

/** Listen to events from a number on; the browser reconnects by itself. */
export function listen(after, onEvent, onState) {
  const source = new EventSource(`/sim/events?after=${after}`);
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
}

export const fileUrl = (fileId) => `/sim/files/${encodeURIComponent(fileId)}`;

/** Where a picture of another server on this machine is shown from. */
export const pictureUrl = (url) => `/sim/picture?url=${encodeURIComponent(url)}`;
