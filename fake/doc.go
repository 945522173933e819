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
package fake
