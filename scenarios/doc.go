// Package scenarios is the scenario language of pipesfake: what a file may say, and what it means.
//
// A file is YAML. Only version must be there:
//
//	version: 1
//	seed: 42          # ids and tokens derive from it; 1 unless said
//	strict: true      # only what this file and calls made exists, and unknown fields are refused; false unless said
//	start: active     # the scenario in force for everybody at the start; active unless said
//	providers:        # what these integrations ask for
//	  github: {scopes: [repo, "user:email"]}
//	scenarios:        # named states, beside the five built-in ones
//	  no_repo: {missing_scopes: [repo]}
//	  short:   {expires_in: 5m, refresh: fails, description: Dies after five minutes.}
//	  flaky:   {steps: [{fault: {status: 503, retry_after: 0}, times: 2}, {scenario: active}]}
//	connections:      # who starts differently
//	  - {provider: github, user_id: user_alice, scenario: no_repo}
//	  - {provider: github, user_id: user_bob, organization_id: org_acme, scenario: {expires_in: 5m}}
//	  - {provider: github, organization_id: org_acme, connection_owner: organization, scenario: expired}
//	switches:         # in force from the start on, as if switched: the last that covers a connection decides
//	  - {provider: github, scenario: short, age: 4m}
//	faults:           # what breaks answers from the start on
//	  - {delay: {min: 100ms, max: 2s}, operation: token, probability: 0.1}
//	consent: ask      # what becomes of consent pages: ask, approve, deny or fail; ask unless said
//	webhooks:         # who is told of events
//	  - {url: "http://app:3000/webhooks", secret: whsec_test, events: [pipes.connected_account.connected]}
//	users: [user_alice, user_bob]   # with strict, nobody else exists; anybody unless said
//	organizations: [org_acme]       # the same of organizations
//
// A scenario is a state, or a script. Everything that a state leaves out has a default:
//
//	state           connected | needs_reauthorization | not_installed (connected)
//	scopes          what was granted (what the provider asks for, less missing_scopes)
//	missing_scopes  what the provider asks for and was not granted (asked for, less scopes)
//	expires_in      a duration, negative for a token already stale, or never (1h)
//	refresh         works | fails, when the token's life ends (works)
//	access_token    the token to serve, as it is (one that derives from the seed)
//	auth_method     oauth | api_key | client_credentials (as it was connected, else the provider's first)
//	consent         what becomes of consent pages meanwhile (the file's)
//
// Five scenarios are built in, and a file may define them anew: active, not_installed,
// needs_reauthorization, missing_scopes (lacks the provider's last scope) and expired
// (expires_in: -1h, served as it is).
//
// Wherever a scenario is asked for, its name or such a mapping may stand. A connection of which an
// organization is the connection_owner has no user_id: everybody in the organization shares it.
//
// An age says how long something has been in force when an environment begins, 0s unless said: of a switch,
// of a connection, and at the top of the file of all that says none. Durations count from then. A switch takes
// provider, user_id, organization_id (null: connections without one), connection_owner and ttl as well; what it
// leaves out means any.
//
// A script has steps (1 000 at most), and may have repeat: true, or a number. A step is a scenario or a fault, with
//
//	times           how many calls to token or credentials of the connection it lasts
//	for             how long it lasts, from when it began, on the environment's clock (1ms or longer)
//
// The last step has neither, and stays; with repeat it has one, too. Each connection is in steps of its
// own. A step may name a script, which it begins anew. During a fault the state is that of the step
// before; of a first one, of the next. What repeats a number of times stays in its last state.
//
// A fault is exactly one way to break an answer, or a delay, or a delay together with one:
//
//	status          200 to 599, with retry_after (seconds, at most 1000000000) and body (a text, or a mapping: JSON) if said
//	rate_limit      {requests, per, by: key or user (key)}: 429 with Retry-After for calls over it
//	delay           a duration, or {min, max}: real time, at most 1h
//	hang            true: no answer until the client leaves
//	reset           true: the connection is reset
//	empty           true: it is closed without a byte
//	truncate        true: it is closed in the middle of the body
//	malformed       true: the body is not JSON
//	content_type    another one
//	drip            a duration, in real time, that the body takes
//	duplicate       true, of a webhook: it is delivered twice
//	late            true, of a webhook: it is delivered behind the next one
//	bad_signature   true, of a webhook
//	off_contract    unknown_enum, extra_fields, missing_field or wrong_null: at one spot of the answer, and at
//	                the next one with each further call that it strikes
//
// Under faults it says where it applies, everywhere unless said: operation, provider, user_id,
// organization_id (null: connections without one), connection_owner, times; and probability, also in a
// step. The last fault that is about a call strikes it; a limit that is not reached and a probability that
// misses leave it to the one before. The fault of a step comes after them.
//
// A provider needs no entry. What there is to say of it, and of the integration with it:
//
//	name, description   for people (the built-in name, else the slug in words)
//	scopes              what it asks for (those of a built-in table, else read and write)
//	enabled             whether users may connect (true)
//	state               valid | invalid | requested (valid)
//	credentials         whose OAuth application: shared | custom | organization (shared)
//	auth_methods        some of oauth, api_key and client_credentials ([oauth])
//	ownership           user, organization or both: an integration of each ([user])
//	config_fields       the fields of its config (any field)
//	config              the values pinned on the integration
//	metadata            what it answers beside a client_credentials token, such as instance_url
//	organizations       what these have otherwise, by id
//	api                 what the provider's side answers, the first that matches a call
//
// An entry of api is {path, method, scopes, status, body}: in a path * is one segment and ** any rest; without
// status it is 200, without body it says who called; a token that lacks one of the scopes is answered 403.
//
// A config field is {required: false, scope: installation, pattern: anything, secret: false}, or nothing
// for just that. Its scope is integration or installation. A pattern is a regular expression (RE2),
// found anywhere in the value: write ^ and $ for the whole. A value of config or metadata is a text of
// at most 1000 bytes. An organization takes enabled and scopes, which are some of the provider's, and
// where credentials are the organization's also client_id with client_secret, and config.
//
// A file is read whole or not at all: every mistake is reported at once, each as
// file:line:col: what is wrong, with the mend.
package scenarios
