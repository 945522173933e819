// Package client controls a pipesfake server that runs elsewhere, such as in a container, with the methods that package
// fake has for an embedded one. Both implement the same set of methods, so that a test suite runs against either:
//
//	pipes := fake.Start(t)                                 // embedded
//	pipes := client.Start(t, os.Getenv("PIPESFAKE_URL"))   // a running server
//
//	app := yourapp.New(pipes.URL(), pipes.APIKey())
//	pipes.Use("needs_reauthorization", fake.User("user_alice"))
//
// [Start] is for tests: each test has an environment of its own on the server, which is deleted when the test ends.
// [Connect] is for everything else: it uses the environment "default", and [Server.Environment] returns others. The
// types of arguments and results are those of package fake.
//
// # Errors
//
// A mistake, such as an unknown scenario, and a server that does not answer fail the test that was given to Start or
// [WithTest]. Without a test, methods that have no error result panic with the error, and [Environment.Call] returns
// it. Errors are an [*Error] for what the server refuses, a [*VerificationError] for calls that were not as expected,
// and for a server that does not answer an error that names the URL and wraps the reason.
//
// # Differences from an embedded server
//
// The options of fake.Start have no counterpart, because the server has its own: in place of fake.WithTime call Freeze
// and SetTime, in place of fake.WithScenario call Use. How everybody starts is what the server's scenario file says.
//
// Times of the environment's clock have milliseconds, as in the API. Results of the control plane have an ellipsis in
// the place of tokens and other secrets, also where a test uses one as the id of a user.
package client
