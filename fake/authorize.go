package fake

import (
	"regexp"

	"example.com/pipesfake/fake/internal/pipes"
)

// authorize answers POST /data-integrations/{slug}/authorize: where the user's browser is sent to
// connect. The address has the form of WorkOS's own (source: spec), at this server. What binds the
// connection to the user's session is newer (source: Python SDK 10.8).
func authorize(c call) (reply, error) {
	object, err := c.object()
	if err != nil {
		return reply{}, err
	}
	q := c.asked(object)
	if !intent(object, q) && q.ID != "" && object.Value("connection_intent") == nil {
		object.Wrong("connected_account_id", "invalid", "connected_account_id is for connection_intent reauthorize")
	}
	object.TextOrNull("account_display_name")
	returnTo, challenge := object.URL("return_to"), object.Word("code_challenge", false)
	method := object.OneOf("code_challenge_method", "S256")
	switch {
	case challenge != "" && returnTo == "":
		object.Wrong("return_to", "required", "return_to is required with code_challenge")
	case challenge == "" && method != "":
		object.Wrong("code_challenge", "required", "code_challenge is required with code_challenge_method")
	}
	config := object.Map("config")
	if err := object.Err(); err != nil {
		return reply{}, err
	}
	opaque, state, err := c.environment.Authorize(q, config)
	answer := pipes.AuthorizeURL{URL: c.base() + "/data-integrations/" + opaque + "/authorize-redirect", State: state}
	if challenge != "" {
		answer.Completion = pipes.FinishRequired
	}
	return ok(answer), err
}

// finishConnection answers POST /data-integrations/finish. Only the consent page hands out a
// connect_code, so until there is one none is known.
func finishConnection(c call) (reply, error) {
	object, err := c.object()
	if err != nil {
		return reply{}, err
	}
	object.Word("connect_code", true)
	object.Word("state", false)
	verifier := object.Word("code_verifier", true)
	if verifier != "" && !regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`).MatchString(verifier) {
		object.Wrong("code_verifier", "invalid", "code_verifier must have 43 to 128 of the characters A-Z, a-z, 0-9, - . _ ~")
	}
	if err := object.Err(); err != nil {
		return reply{}, err
	}
	return reply{}, &pipes.Error{Code: pipes.InvalidConnectCode, Message: "The connect_code is not known: it was used, has expired, or was never handed out."}
}
