// Package scenarios reads, checks and writes the scenario files of pipesfake. This page specifies their language.
//
// [Load] and [Parse] read a file into a [Set]. [ParseInline] and [ParseFault] read parts of the language from JSON, as
// control calls contain them. [Set.Export] writes a file. [Schema] is the JSON Schema of files, for editors.
//
// # Files
//
// A file is YAML in UTF-8, with lines that end in \n or \r\n. Only version is required:
//
//	version: 1
//	seed: 42          # ids and tokens derive from it; 1 by default
//	strict: true      # only what this file or a call created exists, and unknown fields are refused
//	start: active     # the scenario in which every connection starts; active by default
//	providers:        # the integrations, and the scopes they ask for
//	  github: {scopes: [repo, "user:email"]}
//	scenarios:        # named scenarios, in addition to the five built-in ones
//	  no_repo: {missing_scopes: [repo]}
//	  short:   {expires_in: 5m, refresh: fails, description: Expires after five minutes.}
//	  flaky:   {steps: [{fault: {status: 503, retry_after: 0}, times: 2}, {scenario: active}]}
//	connections:      # the connections that start in another scenario
//	  - {provider: github, user_id: user_alice, scenario: no_repo}
//	  - {provider: github, user_id: user_bob, organization_id: org_acme, scenario: {expires_in: 5m}}
//	  - {provider: github, organization_id: org_acme, connection_owner: organization, scenario: expired}
//	switches:         # in force from the start; the last switch that covers a connection decides
//	  - {provider: github, scenario: short, age: 4m}
//	faults:           # break responses from the start
//	  - {delay: {min: 100ms, max: 2s}, operation: token, probability: 0.1}
//	consent: ask      # what happens on consent pages: ask, approve, deny or fail; ask by default
//	webhooks:         # the endpoints that receive events
//	  - {url: "http://app:3000/webhooks", secret: whsec_test, events: [pipes.connected_account.connected]}
//	users: [user_alice, user_bob]   # with strict, the users that exist; without this list, every user exists
//	organizations: [org_acme]       # the same for organizations
//
// A file is loaded as a whole or not at all. [Problems] reports every mistake at once, each on a line of the form
// file:line:col: what is wrong, and what to do about it.
//
// # Variables
//
// ${NAME} in a value stands for an environment variable, and ${NAME:-default} for the default if the variable is not
// set or empty. Without a default, a variable that is not set is a mistake. $${ is a literal ${. A value that has
// neither quotes nor a tag is read as if its text stood in the file: times: ${N:-2} is a number. Keys and comments stay
// as they are. A default contains neither } nor ${.
//
// Load and Parse use the variables of the process, [LoadWith] and [ParseWith] those that a function returns. Mistakes
// and [Set.Export] name the variables of secrets instead of their values, and [Set.Lines] shows neither.
//
// # Scenarios
//
// A scenario is a state or a script. Wherever a scenario is named, it can be written in place of its name instead.
//
// A state has the following keys. The default is in parentheses:
//
//	state           connected | needs_reauthorization | not_installed (connected)
//	scopes          the granted scopes (those that the provider asks for, without missing_scopes)
//	missing_scopes  the scopes that were not granted (those that the provider asks for, without scopes)
//	expires_in      the life of the token: a duration, negative for a token that has expired, or never (1h)
//	refresh         what happens when the token expires: works | fails (works)
//	access_token    the token to serve (one that derives from the seed)
//	auth_method     oauth | api_key | client_credentials (as the connection was made, else the provider's first)
//	consent         what happens on consent pages while the scenario is in force (as the file says)
//
// Five scenarios are built in: active, not_installed, needs_reauthorization, missing_scopes (without the provider's
// last scope) and expired (expires_in: -1h, served as it is). A file may redefine them.
//
// # Scripts
//
// A script has at most 1000 steps, and may have repeat: true or a number of times. A step is a scenario or a fault,
// with one of
//
//	times           how many calls to token or credentials of the connection it lasts
//	for             how long it lasts on the environment's clock, at least 1ms
//
// The last step has neither and stays in force; with repeat, it has one of them, too. Each connection goes through the
// steps on its own. A step may name a script, which starts from its first step. At most 100 scripts may be nested in
// each other, inline or by name. During a fault, the state is that of the step before it, or of the next step if there
// is none before. A script that repeats a number of times ends in its last state.
//
// # Connections and switches
//
// An entry of connections is about one connection: without organization_id, about the one that has no organization. A
// connection with connection_owner: organization has no user_id, because everybody in the organization shares it.
//
// A switch takes provider, user_id, organization_id (null: connections without one), connection_owner and ttl. A key
// that it leaves out means any.
//
// The age of a connection or a switch says how long it has been in force when an environment begins (0s). Durations
// count from then. The age at the top of the file is the default of entries without one.
//
// # Faults
//
// A fault breaks responses in exactly one way, or delays them, or does both:
//
//	status          200 to 599, with retry_after (seconds) and body (a text, or a mapping: JSON)
//	rate_limit      {requests, per, by: key or user (key)}: 429 with Retry-After for further calls. At most 100 000
//	                users or keys are counted; for one more, the one with the oldest last call starts anew
//	delay           a duration, or {min, max}: real time, at most 1h
//	hang            true: no response until the client closes the connection
//	reset           true: the connection is reset
//	empty           true: the connection is closed without a byte
//	truncate        true: the connection is closed in the middle of the body
//	malformed       true: the body is not JSON
//	content_type    the Content-Type to send
//	drip            a duration, in real time, over which the body is sent
//	off_contract    unknown_enum, extra_fields, missing_field or wrong_null: at one place of the response, and at
//	                another with each further call
//	duplicate       true, for webhooks: an event is delivered twice
//	late            true, for webhooks: an event is delivered after the next one
//	bad_signature   true, for webhooks: the signature is wrong
//
// A file has at most 1000 faults, and at most 1000 webhooks. A fault under faults also says which calls it applies to:
// operation, provider, user_id, organization_id (null: connections without one), connection_owner and times. A key that
// it leaves out means any. Every fault may have a probability, including the fault of a step.
//
// The last fault that matches a call applies. If its rate limit is not reached, or its probability decides against it,
// the one before it is tried. The fault of a step is tried last.
//
// # Providers
//
// A provider needs no entry. Its entry describes the provider and the integration with it:
//
//	name, description   for people (the built-in name, else the slug in words)
//	scopes              the scopes that it asks for (those of a built-in table, else read and write)
//	enabled             whether users can connect (true)
//	state               valid | invalid | requested (valid)
//	credentials         whose OAuth application it uses: shared | custom | organization (shared)
//	auth_methods        some of oauth, api_key and client_credentials ([oauth])
//	ownership           user, organization or both: an integration for each ([user])
//	config_fields       the fields of its config (any field)
//	config              the values set on the integration
//	metadata            values returned together with a client_credentials token, such as instance_url
//	organizations       what is different for an organization, by id
//	api                 the responses of the provider's API: the first entry that matches a call is used
//
// An entry of api is {path, method, scopes, status, body}. In a path, * is one segment and ** any number of them. The
// default status is 200, and the default body says who called. A token that lacks one of the scopes gets 403.
//
// A config field is {required: false, scope: installation, pattern: anything, secret: false}; an empty entry means
// these defaults. Its scope is integration or installation. A pattern is a regular expression (RE2) that matches
// anywhere in the value: write ^ and $ for the whole value. A value of config or metadata is a text of at most 1000
// bytes.
//
// An entry of organizations takes enabled and scopes, which must be some of the provider's. If the provider has
// credentials: organization, it also takes client_id with client_secret, and config.
package scenarios
