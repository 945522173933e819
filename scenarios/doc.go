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
//	connections:      # who starts differently
//	  - {provider: github, user_id: user_alice, scenario: no_repo}
//	  - {provider: github, user_id: user_bob, organization_id: org_acme, scenario: {expires_in: 5m}}
//	  - {provider: github, organization_id: org_acme, connection_owner: organization, scenario: expired}
//	users: [user_alice, user_bob]   # with strict, nobody else exists; anybody unless said
//	organizations: [org_acme]       # the same of organizations
//
// A scenario is a state. Everything that it leaves out has a default:
//
//	state           connected | needs_reauthorization | not_installed (connected)
//	scopes          what was granted (what the provider asks for, less missing_scopes)
//	missing_scopes  what the provider asks for and was not granted (asked for, less scopes)
//	expires_in      a duration, negative for a token already stale, or never (1h)
//	refresh         works | fails, when the token's life ends (works)
//	access_token    the token to serve, as it is (one that derives from the seed)
//	auth_method     oauth | api_key | client_credentials (oauth)
//
// Five scenarios are built in, and a file may define them anew: active, not_installed,
// needs_reauthorization, missing_scopes (lacks the provider's last scope) and expired
// (expires_in: -1h, served as it is).
//
// Wherever a scenario is asked for, its name or such a mapping may stand. A connection of which an
// organization is the connection_owner has no user_id: everybody in the organization shares it.
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
