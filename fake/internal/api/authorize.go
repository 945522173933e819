package api

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
)

// Authorize answers POST /data-integrations/{slug}/authorize: where the user's browser is sent to
// connect. The address has the form of WorkOS's own (source: spec), at this server. What binds the
// connection to the user's session is newer (source: Python SDK 10.8).
func Authorize(c call.Call) (call.Reply, error) {
	object, err := c.Object()
	if err != nil {
		return call.Reply{}, err
	}
	q := connectionFrom(c, object)
	add := intent(object, q)
	if !add && q.ID != "" && object.Value("connection_intent") == nil {
		object.Wrong("connected_account_id", "invalid", "connected_account_id is for connection_intent reauthorize")
	}
	displayName := readNames(object).DisplayName
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
		return call.Reply{}, err
	}
	opaque, state, err := c.Environment.Authorize(model.ConsentRequest{
		Query: q, Add: add, ReturnTo: returnTo, Challenge: challenge, DisplayName: displayName, Config: config,
	})
	answer := pipes.AuthorizeURL{URL: c.ConsentURL(opaque), State: state}
	if challenge != "" {
		answer.Completion = pipes.FinishRequired
	}
	return call.OK(answer), err
}

// FinishConnection answers POST /data-integrations/finish: the application makes the connection that was
// consented to, with the code that the consent page handed out and its own verifier.
func FinishConnection(c call.Call) (call.Reply, error) {
	object, err := c.Object()
	if err != nil {
		return call.Reply{}, err
	}
	code, state := object.Word("connect_code", true), object.Word("state", false)
	verifier := object.Word("code_verifier", true)
	if verifier != "" && !regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`).MatchString(verifier) {
		object.Wrong("code_verifier", "invalid", "code_verifier must have 43 to 128 of the characters A-Z, a-z, 0-9, - . _ ~")
	}
	if err := object.Err(); err != nil {
		return call.Reply{}, err
	}
	sum := sha256.Sum256([]byte(verifier))
	account, err := c.Environment.Finish(code, state, base64.RawURLEncoding.EncodeToString(sum[:]))
	if err != nil {
		return call.Reply{}, err
	}
	return call.Reply{Status: http.StatusOK, Body: pipes.Finished{ConnectedAccount: connectedAccount(account)}, Decision: account.Decision, Key: account.Key}, nil
}
