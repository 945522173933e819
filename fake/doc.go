// Package fake is a fake of the WorkOS Pipes API, to embed in tests. It answers as the real service would,
// and its states are switched while it runs:
//
//	server := fake.Start(t)                                            // listens until the test ends
//	client := yourapp.New(server.URL(), server.APIKey())               // the application under test
//	server.Use("needs_reauthorization", fake.User("user_alice"))       // from now on
//	server.UseState(fake.State{ExpiresIn: 5 * time.Minute, Refresh: "fails"})
//	server.Advance(5 * time.Minute)                                    // no test sleeps
//	server.Fault(fake.Fault{Status: 503, Times: 2})                    // over the answers
//	server.RequireCalled(t, fake.Called{Operation: "token"})           // with what came near, if not
//
// A connection is what one user (in one organization, or none) has with one provider. It has a state, and
// every endpoint is a view of it. Which switch decides: the last one that covers the connection.
//
// Five scenarios are always there: active, not_installed, needs_reauthorization, missing_scopes and
// expired. Package scenarios is the language for more.
//
// # The way of a request
//
//  1. ServeHTTP (server.go) makes an exchange, answers /health, and catches panics.
//  2. The router (routes.go) finds the route; unknown paths are 501 or forwarded (fallback.go), unknown
//     methods 405.
//  3. answer (routes.go) finds the environment: by the API key (auth.go), on the control plane after
//     its guard (control.go). It reads the body (internal/body).
//  4. A fault that strikes the call and replaces its answer ends it here (internal/fault says which).
//  5. The handler (token.go, accounts.go, integrations.go …; internal/control) reads the call (calls.go),
//     asks the environment, and returns a value (views.go) or an error.
//  6. internal/environment answers for the connection: the word that decides, the step of a script, the token's
//     life, its refresh, what was written. It is the only place where a state changes, and tells the changes as events.
//  7. respond (respond.go) writes; the table in errors.go turns an error's code into its status. The request
//     is in the journal (journal.go) before. A fault makes of the answer what it likes.
package fake
