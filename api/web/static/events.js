// POST /api/chat as a stream of server-sent events.

/** An error that the service explains, as application/problem+json; without title and detail where what answered does
 * not explain it, such as a proxy before the service. */
export class Problem extends Error {
  constructor({ title = "", detail = "", status, errors = [], replaces = "" }) {
    super(detail);
    this.title = title;
    this.detail = detail;
    this.status = status;
    this.replaces = replaces; // what to name to take the place of what somebody else has said
    this.errors = errors; // [{field, detail}] where it is told field by field
  }
}

/** Ask; yields [name, data] of each event. Throws Problem, or what fetch throws when the network fails or stops. */
export async function* ask(asked, language, signal) {
  const response = await fetch("/api/chat", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream", "Accept-Language": language },
    body: JSON.stringify(asked),
    signal,
  });
  if (!response.ok) throw await problemOf(response);
  for await (const [name, data] of eventsOf(response)) {
    if (name === "error") throw new Problem(data);
    yield [name, data];
  }
}

async function problemOf(response) {
  const explained = response.headers.get("content-type")?.startsWith("application/problem+json");
  try {
    if (explained) return new Problem(await response.json());
  } catch {
    // cut off: it is an answer all the same
  }
  return new Problem({ status: response.status });
}

async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (waiting + value).split("\n\n");
    waiting = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s, 2)));
      if (fields.data) yield [fields.event, JSON.parse(fields.data)];
    }
  }
}
