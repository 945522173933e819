// Runs cypress.cy.js, the example of docs/browser-tests.md, in Playwright's browser. Cypress itself cannot be installed
// from a package registry alone. This has the few commands of it that the example uses.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';

// commands returns the cy of one test: each call queues a step, and a step gets the result of the one before it.
function commands(page, request) {
  const queue = [];
  const step = (run) => {
    queue.push(run);
    return cy;
  };
  // inPage stands for the window of the application.
  const inPage = {
    fetch: (url, options) => page.evaluate(async ([url, options]) => {
      const response = await fetch(url, options);
      return { status: response.status };
    }, [url, options]),
  };
  const cy = {
    request: (method, url, data) => step(async () => expect(await request.fetch(url, { method, data })).toBeOK()),
    visit: (url) => step(() => page.goto(url)),
    reload: () => step(() => page.reload()),
    contains: (text) => step(() => expect(page.getByText(text)).toBeVisible()),
    window: () => step(() => inPage),
    then: (use) => step(use),
    its: (name) => step((subject) => subject[name]),
    should: (chainer, value) => step((subject) => expect([chainer, subject]).toEqual(['equal', value])),
  };
  const run = async () => {
    let subject;
    for (const one of queue.splice(0)) subject = await one(subject);
  };
  return { cy, run };
}

const before = [];
let cy;
const it = (title, body) => test(title, async ({ page, request }) => {
  const made = commands(page, request);
  cy = made.cy;
  for (const one of [...before, body]) one();
  await made.run();
});
const current = new Proxy({}, { get: (_, name) => cy[name] });
const example = readFileSync(new URL(process.env.CYPRESS_EXAMPLE, import.meta.url), 'utf8');
new Function('cy', 'it', 'beforeEach', example)(current, it, (body) => before.push(body));
