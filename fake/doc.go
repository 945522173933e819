// Package fake is a fake of the WorkOS Pipes API that a Go test starts, points its client at, and controls. The
// fake keeps everything in memory, needs no network beyond 127.0.0.1, and knows no real user:
//
//	server := fake.Start(t)                                      // listens until the test ends
//	client := yourapp.New(server.URL(), server.APIKey())         // the application under test
//	server.Use("needs_reauthorization", fake.User("user_alice")) // her connections, from now on
//	server.UseState(fake.State{ExpiresIn: 5 * time.Minute, Refresh: "fails"})
//	server.Advance(5 * time.Minute)                              // the token expires; no test sleeps
//	server.Fault(fake.Fault{Status: 503, Times: 2})              // the next two calls fail
//	server.RequireCalled(t, fake.Called{Operation: "token"})     // fails with the nearest calls if there was none
//
// [Start] is for tests. [New] returns a server without a test and without a port: an http.Handler to mount, or one
// to reach in memory through [Server.Client], which also works inside testing/synctest.
//
// # Connections and scenarios
//
// A connection is what one user has with one provider, in one organization or in none. It has a [State], and every
// endpoint renders that state: token, credentials, connected accounts, data providers, events and webhooks agree.
//
// A scenario is a state with a name, or a list of states that follow one another. These are built in: active,
// not_installed, needs_reauthorization, missing_scopes and expired. A scenario file adds more (see [WithScenarioFile]);
// package scenarios describes its language.
//
// [Environment.Use] and [Environment.UseState] switch connections to a scenario. A [Place], such as [User], limits a
// switch to some connections. The last switch that covers a connection decides. A write through the API (an import,
// an update, a deletion, a consent) decides in the same way for its one connection.
//
// # Environments
//
// An [Environment] has connections, switches, faults, a clock and a journal of its own, and an API key that selects it.
// A [Server] has the methods of one environment, "default", or of the environment of the test with [WithServer].
// [Server.Environment] returns others, which are created on first use.
//
// # Time
//
// Tokens, steps of scenarios and dates in responses follow the environment's clock, which [Environment.Advance],
// [Environment.SetTime], [Environment.Freeze] and [WithTime] control. A duration in a scenario counts from when the
// scenario came into force, not from the first request. Delays of faults, and webhook deliveries with their
// signatures, use real time.
//
// # Errors
//
// Methods without an error result report a mistake of the caller, such as an unknown scenario, by failing the test that
// was given to Start. On a server from New they panic. The message says what is wrong and what would be right. A call
// that fails changes nothing.
//
// # What the responses are based on
//
// Paths, fields and statuses follow the public OpenAPI description of the Pipes API. Where it leaves a behaviour open,
// such as when a token is refreshed, the fake makes a choice of its own. In the repository, docs/differences.md lists
// these choices, and docs/errors.md all error codes. Ids and tokens are derived from a seed (see [WithSeed]), so that
// they are the same in every run.
package fake
