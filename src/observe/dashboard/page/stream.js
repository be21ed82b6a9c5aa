// The line to the program: the token, server-sent events read from the body of fetch(), and trying again.
//
// EventSource cannot send the Authorization header, and a token in the address would be in logs and histories. So the token comes in the
// fragment, which browsers do not send, and is taken out of the address bar at once.

const kTokenKey = 'millrace-token';
const kSilenceMaxMs = 6000; // the program tells something every second, even that its loop is stuck
const kPausesMs = [500, 1000, 2000, 4000, 8000];

export function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    rememberToken(given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(kTokenKey);
}

export function rememberToken(token) {
  sessionStorage.setItem(kTokenKey, token);
}

/// Calls on.event(name, data) for each event, and on.state(name, facts) when the line changes: 'connecting', 'open', 'waiting' {seconds, reason},
/// 'refused' (the token is not right), 'ended'.
export class Stream {
  #on;
  #attempt = 0;
  #timer = null;
  #abort = null;
  #ended = false;

  constructor(on) {
    this.#on = on;
  }

  async connect(token) {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    if (!this.#ended) this.#on.state('connecting', {}); // of a program that has ended nobody expects an answer
    let reason = 'the connection ended';
    try {
      const answer = await fetch('/api/events', {
        headers: { Authorization: `Bearer ${token}`, Accept: 'text/event-stream' }, signal: abort.signal, cache: 'no-store',
      });
      if (answer.status === 401) {
        this.#ended = false;
        return this.#on.state('refused', {});
      }
      if (answer.status !== 200) throw new Error(answer.status === 503 ? 'as many pages watch as may' : `the server answered ${answer.status}`);
      this.#ended = false;
      this.#on.state('open', {});
      await this.#read(answer.body.getReader(), abort);
    } catch (error) {
      reason = error.name === 'TypeError' ? 'the program does not answer' : error.message;
    }
    if (abort !== this.#abort) return; // somebody connected anew
    if (this.#ended) this.#on.state('ended', {});
    this.#tryAgain(token, reason);
  }

  #tryAgain(token, reason) {
    const pause = this.#ended ? kPausesMs.at(-1) : kPausesMs[Math.min(this.#attempt++, kPausesMs.length - 1)];
    const until = performance.now() + pause;
    const tell = () => {
      const left = until - performance.now();
      if (left <= 0) return this.connect(token);
      if (!this.#ended) this.#on.state('waiting', { seconds: Math.ceil(left / 1000), reason });
      this.#timer = setTimeout(tell, Math.min(left, 500));
    };
    tell();
  }

  async #read(reader, abort) {
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const watchdog = setTimeout(() => abort.abort(new Error('the program has fallen silent')), kSilenceMaxMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(watchdog));
      if (done) return;
      text += decoder.decode(value, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        this.#dispatch(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  #dispatch(block) {
    let name = 'message';
    const data = [];
    for (const line of block.split('\n')) {
      if (line.startsWith('event: ')) name = line.slice(7);
      else if (line.startsWith('data: ')) data.push(line.slice(6));
    }
    this.#attempt = 0;
    if (name === 'end') this.#ended = true;
    this.#on.event(name, JSON.parse(data.join('\n')));
  }
}
