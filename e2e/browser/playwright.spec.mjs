import { expect, test } from '@playwright/test';

const application = 'http://localhost:3000';
const pipesfake = 'http://127.0.0.1:4101';

test.beforeEach(async ({ request }) => {
  await request.post(`${pipesfake}/_control/reset`);
});

test('a user who must reconnect', async ({ page, request }) => {
  const switched = await request.put(`${pipesfake}/_control/scenario`, {
    data: { scenario: 'needs_reauthorization', provider: 'github', user_id: 'user_1' },
  });
  await expect(switched).toBeOK();
  await page.goto(application);
  await expect(page.getByText('Reconnect GitHub')).toBeVisible();
});

test('a connection that breaks while the page is open', async ({ page }) => {
  await page.goto(application);
  await expect(page.getByText('GitHub is connected')).toBeVisible();
  const status = await page.evaluate(async (url) => {
    const response = await fetch(`${url}/_control/scenario`, {
      method: 'PUT',
      body: JSON.stringify({ scenario: 'needs_reauthorization', user_id: 'user_1' }),
    });
    return response.status;
  }, pipesfake);
  expect(status).toBe(200);
  await page.reload();
  await expect(page.getByText('Reconnect GitHub')).toBeVisible();
});
