import { text } from 'node:stream/consumers';
import { WorkOS } from '@workos-inc/node';

/** A small application with a button beside each user, which says whether GitHub is connected. It knows nothing of the fake. */
export class App {
  #buttons = new Map(); // what the buttons say, as promises, by user

  constructor({ workosURL, apiKey, githubURL, webhookSecret }) {
    const { protocol, hostname, port } = new URL(workosURL);
    const https = protocol === 'https:';
    this.workos = new WorkOS(apiKey, { apiHostname: hostname, port: Number(port) || undefined, https, maxRetries: 1 });
    this.githubURL = githubURL;
    this.webhookSecret = webhookSecret;
  }

  /** What the user's button says. It says the same until a webhook reports that the connection has changed. */
  button(userId) {
    if (!this.#buttons.has(userId)) {
      const asked = this.#ask(userId);
      this.#buttons.set(userId, asked);
      asked.catch(() => this.#buttons.delete(userId)); // after a failure the next look asks again
    }
    return this.#buttons.get(userId);
  }

  async #ask(userId) {
    const token = await this.workos.pipes.getAccessToken({ provider: 'github', userId });
    if (token.error === 'not_installed') return 'Connect GitHub';
    if (!token.active) return 'Reconnect GitHub';
    if (token.accessToken.missingScopes.length > 0) return 'Grant more access';
    return await this.#greet(token.accessToken.accessToken);
  }

  /** Uses the token. GitHub decides whether it is good, whatever its expiresAt says. */
  async #greet(token) {
    const response = await fetch(`${this.githubURL}/user`, { headers: { Authorization: `Bearer ${token}` } });
    if (response.status === 401) return 'Reconnect GitHub';
    if (!response.ok) throw new Error(`GitHub returned ${response.status}`);
    return `Connected as ${(await response.json()).login}`;
  }

  /** Receives a webhook. The button of the user whose connection has changed asks again when it is next shown. */
  webhooks = async (request, response) => {
    const payload = await text(request);
    const sigHeader = request.headers['workos-signature'];
    try {
      const event = await this.workos.webhooks.constructEvent({ payload, sigHeader, secret: this.webhookSecret });
      this.#buttons.delete(event.data.userId);
      response.writeHead(204).end();
    } catch (error) {
      response.writeHead(400).end(error.message);
    }
  };
}
