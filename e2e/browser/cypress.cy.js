const application = 'http://localhost:3000';
const pipesfake = 'http://127.0.0.1:4101';

beforeEach(() => {
  cy.request('POST', `${pipesfake}/_control/reset`);
});

it('a user who must reconnect', () => {
  cy.request('PUT', `${pipesfake}/_control/scenario`, {
    scenario: 'needs_reauthorization',
    provider: 'github',
    user_id: 'user_1',
  });
  cy.visit(application);
  cy.contains('Reconnect GitHub');
});

it('a connection that breaks while the page is open', () => {
  cy.visit(application);
  cy.contains('GitHub is connected');
  cy.window().then((page) =>
    page.fetch(`${pipesfake}/_control/scenario`, {
      method: 'PUT',
      body: JSON.stringify({ scenario: 'needs_reauthorization', user_id: 'user_1' }),
    }),
  ).its('status').should('equal', 200);
  cy.reload();
  cy.contains('Reconnect GitHub');
});
