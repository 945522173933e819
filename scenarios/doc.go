// Package scenarios is the scenario language of pipesfake: which keys a file takes, and what they mean.
//
// A file is YAML. Only version must be there:
//
//	version: 1
//	seed: 42          # ids and tokens derive from it; 1 by default
//	strict: true      # only what this file or a call created exists, unknown fields are refused
//	start: active     # the scenario in force for everybody at the start; active by default
//	providers:        # which scopes these integrations ask for
//	  github: {scopes: [repo, "user:email"]}
//	scenarios:        # named states, beside the five built-in ones
//	  no_repo: {missing_scopes: [repo]}
//	  short:   {expires_in: 5m, refresh: fails, description: Dies after five minutes.}
//	  flaky:   {steps: [{fault: {status: 503, retry_after: 0}, times: 2}, {scenario: active}]}
//	connections:      # the connections that start differently
//	  - {provider: github, user_id: user_alice, scenario: no_repo}
//	  - {provider: github, user_id: user_bob, organization_id: org_acme, scenario: {expires_in: 5m}}
//	  - {provider: github, organization_id: org_acme, connection_owner: organization, scenario: expired}
//	switches:         # in force from the start on: the last switch that covers a connection decides
//	  - {provider: github, scenario: short, age: 4m}
//	faults:           # break answers from the start on
//	  - {delay: {min: 100ms, max: 2s}, operation: token, probability: 0.1}
//	consent: ask      # what happens on consent pages: ask, approve, deny or fail; ask by default
//	webhooks:         # the endpoints that receive events
//	  - {url: "http://app:3000/webhooks", secret: whsec_test, events: [pipes.connected_account.connected]}
//	users: [user_alice, user_bob]   # with strict, nobody else exists; without the list, everybody does
//	organizations: [org_acme]       # the same for organizations
//
// A scenario is a state or a script. Whatever a state leaves out has its default:
//
//	state           connected | needs_reauthorization | not_installed (connected)
//	scopes          what was granted (what the provider asks for, less missing_scopes)
//	missing_scopes  what the provider asks for and was not granted (asked for, less scopes)
//	expires_in      a duration, negative for a token that is stale already, or never (1h)
//	refresh         what happens when the token expires: works | fails (works)
//	access_token    the token to serve (one that derives from the seed)
//	auth_method     oauth | api_key | client_credentials (as it was connected, else the provider's first)
//	consent         what happens on consent pages meanwhile (as the file says)
//
// Five scenarios are built in, and a file may redefine them: active, not_installed, needs_reauthorization,
// missing_scopes (lacks the provider's last scope) and expired (expires_in: -1h, served as it is).
//
// A scenario can be given by its name or written in place. A connection whose connection_owner is an organization
// has no user_id: everybody in the organization shares it.
//
// An age says how long something has been in force when an environment begins (0s). Switches and connections have
// one; the age at the top of the file is that of everything without one. Durations count from then. A switch also
// takes provider, user_id, organization_id (null: connections without one), connection_owner and ttl; what it
// leaves out means any.
//
// A script has steps (at most 1000), and may have repeat: true or a number of times. A step is a scenario or a
// fault, with
//
//	times           how many calls to token or credentials of the connection it lasts
//	for             how long it lasts on the environment's clock, from its beginning (at least 1ms)
//
// The last step has neither and stays in force; with repeat it has one, too. Each connection goes through the
// steps by itself. A step may name a script, which starts from its first step; at most 100 scripts are nested in
// each other, inline or by name. During a fault the state is that of the step before it, or of the next one if
// there is none before. A script that repeats a number of times ends in its last state.
//
// A fault is exactly one way to break an answer, or a delay, or a delay together with one way:
//
//	status          200 to 599, with retry_after (seconds) and body (a text, or a mapping: JSON)
//	rate_limit      {requests, per, by: key or user (key)}: 429 with Retry-After for calls over it; of more than
//	                100 000 users or keys, those whose last call is the oldest start anew
//	delay           a duration, or {min, max}: real time, at most 1h
//	hang            true: no answer until the client leaves
//	reset           true: the connection is reset
//	empty           true: the connection is closed without a byte
//	truncate        true: the connection is closed in the middle of the body
//	malformed       true: the body is not JSON
//	content_type    the Content-Type to send
//	drip            a duration, in real time, over which the body is sent
//	off_contract    unknown_enum, extra_fields, missing_field or wrong_null: at one spot of the answer, and at another
//	                one with each further call
//	duplicate       true, of a webhook: it is delivered twice
//	late            true, of a webhook: it is delivered after the next one
//	bad_signature   true, of a webhook
//
// A file has at most 1000 faults, and as many webhooks. A fault under faults also says where it applies:
// operation, provider, user_id, organization_id (null: connections without one), connection_owner and times. What
// it leaves out means any. Every fault takes a probability, also that of a step. The last fault that matches a
// call applies. If its rate limit is not reached or its probability decides against it, the one before gets its
// turn. The fault of a step comes after all of them.
//
// A provider needs no entry. Its entry describes it and the integration with it:
//
//	name, description   for people (the built-in name, else the slug in words)
//	scopes              what it asks for (those of a built-in table, else read and write)
//	enabled             whether users can connect (true)
//	state               valid | invalid | requested (valid)
//	credentials         whose OAuth application it uses: shared | custom | organization (shared)
//	auth_methods        some of oauth, api_key and client_credentials ([oauth])
//	ownership           user, organization or both: there is an integration of each ([user])
//	config_fields       the fields of its config (any field)
//	config              the values set on the integration
//	metadata            what it answers together with a client_credentials token, such as instance_url
//	organizations       what is different for an organization, by id
//	api                 what the provider's API answers: the first entry that matches a call
//
// An entry of api is {path, method, scopes, status, body}. In a path, * is one segment and ** any rest. The
// default status is 200, and the default body says who called. A token that lacks one of the scopes gets 403.
//
// A config field is {required: false, scope: installation, pattern: anything, secret: false}; an empty entry means
// these defaults. Its scope is integration or installation. A pattern is a regular expression (RE2) that matches
// anywhere in the value: write ^ and $ for the whole value. A value of config or metadata is a text of at most
// 1000 bytes. An organization takes enabled and scopes, which must be some of the provider's; where credentials
// are the organization's, it also takes client_id with client_secret, and config.
//
// A file is loaded as a whole or not at all: every mistake is reported at once, each as file:line:col: what is
// wrong, and what to do about it.
package scenarios
