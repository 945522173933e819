// Package fake is a fake of the WorkOS Pipes API that a Go test starts, points its client at, and controls. The fake
// keeps everything in memory unless it is given a store, needs no network beyond 127.0.0.1, and knows no real user:
//
//	server := fake.Start(t)                                      // listens until the test ends
//	client := yourapp.New(server.URL(), server.APIKey())         // the application under test
//	server.Use("needs_reauthorization", fake.User("user_alice")) // her connections, from now on
//
// [Start] is for tests. [New] returns a server without a test and without a port: an http.Handler to mount, or one to
// reach in memory through [Server.Client], which also works inside testing/synctest. A [Server] has the methods of an
// [Environment], whose documentation describes them.
//
// # The five states
//
// A connection is what one user has with one provider, in one organization or in none. Every endpoint renders its
// state: token, credentials, connected accounts, data providers, events and webhooks agree. An application should
// survive five states, which are built in as scenarios:
//
//	server.Use("active")                // a token that lasts an hour and is refreshed; so all connections start
//	server.Use("not_installed")         // there is no connection: 200 {"active": false, "error": "not_installed"}
//	server.Use("needs_reauthorization") // the same with "needs_reauthorization": the user has to connect again
//	server.Use("missing_scopes")        // a token that lacks the last scope that the provider asks for
//	server.Use("expired")               // a token whose expires_at is an hour ago
//
// [Environment.UseState] takes a [State] in place of a name, [Environment.UseInline] a script of several states, and
// [WithScenarioFile] loads more scenarios from a file; package scenarios describes its language. A [Place], such as
// [User] or [Provider], limits a switch to some connections, and [For] to some time. The last switch that covers a
// connection decides. A write through the API (an import, an update, a deletion, a consent) decides in the same way for
// its one connection. [Environment.Explain] says what decided, and [Environment.TakeBack] removes the last switch.
//
// When the application sends a user to the consent page, the test decides in the user's place:
//
//	back := server.Decide(consentURL, fake.Approve) // or fake.Deny, or fake.Fail for a provider that fails
//
// # A fault
//
// A [Fault] breaks responses: a status, a rate limit, a delay, a closed connection, a damaged body.
//
//	server.Fault(fake.Fault{Status: 503, RetryAfter: new(1), Times: 2}) // the next two calls
//	remove := server.Fault(fake.Fault{Reset: true, Operation: "token"}, fake.User("user_alice"))
//	remove()
//
// # The clock
//
// Tokens, steps of scenarios and dates in responses follow the environment's clock. No test sleeps:
//
//	server.UseState(fake.State{ExpiresIn: 5 * time.Minute, Refresh: "fails"})
//	server.Advance(5 * time.Minute) // the token expires, and the connection needs reauthorization
//
// [WithTime] starts the clock at a time and stops it; [Environment.SetTime], [Environment.Freeze] and
// [Environment.Unfreeze] control it. A duration in a scenario counts from when the scenario came into force, not from
// the first request. Delays of faults, and webhook deliveries with their signatures, use real time.
//
// # A webhook
//
// A change of a connection emits an [Event] if a call or the scenario file named the connection before, or if the
// switch names it with [Provider] and [User]. It is delivered to the endpoints:
//
//	endpoint := server.AddEndpoint(app.URL + "/webhooks") // its Secret signs the deliveries
//	server.Use("needs_reauthorization", fake.Provider("github"), fake.User("user_alice"))
//	err := server.WaitFor(ctx, fake.Called{Webhook: "pipes.connected_account.reauthorization_needed"})
//
// [Environment.Webhooks] returns the deliveries with their attempts, and [Environment.Redeliver] delivers one again.
// The faults Duplicate, Late and BadSignature break deliveries. [Environment.Live] yields requests, switches, events
// and webhooks as they happen.
//
// # A failed expectation
//
// A test checks what the application called:
//
//	server.RequireCalled(t, fake.Called{Operation: "token", Count: new(2)}, fake.User("user_alice"))
//
// If it did not, the test fails, and the message says what came nearest:
//
//	pipesfake: Expected exactly 2 calls of token for user "user_alice"; there were 0.
//		3 calls with user_id "user_bob", you asked for "user_alice"
//
// The log of a failed test shows the last requests, each with the reason for its response, and which other environments
// received requests if this one received none. [Environment.Requests] returns them with headers and bodies, and
// [Environment.Coverage] which of the five states the application was given.
//
// Methods without an error result report a mistake of the caller, such as an unknown scenario, by failing the test that
// was given to Start. On a server from New they panic. The message says what is wrong and what would be right. A call
// that fails changes nothing.
//
// # Parallel tests
//
// Each Start is a server of its own. To share one, make it in TestMain with New and WithAddress, and start the tests
// with [WithServer]. Each test then has an environment of its own, with connections, switches, faults, a clock and a
// journal, which its API key selects. Options for time, seed and scenarios apply to the test alone:
//
//	server := fake.Start(t, fake.WithServer(shared), fake.WithTime(noon), fake.WithScenario("not_installed"))
//
// Ids and tokens are derived from a seed (see [WithSeed]) and the name of the environment, so that they are the same in
// every run. [Server.Environment] returns more environments, which are created on first use.
//
// # A server that runs elsewhere
//
// Package client has the same methods for a server in a container or in another process. [Controller] is their common
// interface, so that a suite runs against either. In any language, the control plane under /_control does the same over
// HTTP: GET /_control/openapi.json describes it.
//
// # What the responses are based on
//
// Paths, fields and statuses follow the public OpenAPI description of the Pipes API. Where it leaves a behaviour open,
// such as when a token is refreshed, the fake makes a choice of its own. In the repository, docs/differences.md lists
// these choices, and docs/errors.md all error codes.
package fake
