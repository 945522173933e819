package api

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
)

// Authorize handles POST /data-integrations/{slug}/authorize: it returns where to send the user's browser to connect.
// The URL has the form of WorkOS's own (source: spec), but leads to this server. What binds the connection to the
// user's session is newer (source: Python SDK 10.8).
func Authorize(c *call.Call) (call.Reply, error) {
	object, err := c.Object()
	if err != nil {
		return call.Reply{}, err
	}
	request := readAuthorize(object, c.Vars["slug"])
	if err := object.Err(); err != nil {
		return call.Reply{}, err
	}
	opaque, state, err := c.Environment.Authorize(request)
	view := pipes.AuthorizeURL{URL: c.ConsentURL(opaque), State: state}
	if request.Challenge != "" {
		view.Completion = pipes.FinishRequired
	}
	return call.OK(view), err
}

// readAuthorize reads the body of Authorize.
func readAuthorize(object *body.Object, slug string) (r model.ConsentRequest) {
	r.Query = readConnection(object, slug)
	r.Add = readIntent(object, r.Query)
	if !r.Add && r.Query.ID != "" && !object.Has("connection_intent") {
		object.Wrong("connected_account_id", "invalid", "connected_account_id is for connection_intent reauthorize")
	}
	r.DisplayName = readNames(object).DisplayName
	r.ReturnTo = object.URL("return_to")
	r.Challenge = readChallenge(object, r.ReturnTo)
	r.Config = object.Map("config")
	return r
}

// readChallenge reads the challenge of PKCE, which needs an address that the user's browser returns to.
func readChallenge(object *body.Object, returnTo string) string {
	challenge := object.FilledText("code_challenge", false)
	method := object.OneOf("code_challenge_method", "S256")
	switch {
	case challenge != "" && returnTo == "":
		object.Wrong("return_to", "required", "return_to is required with code_challenge")
	case challenge == "" && method != "":
		object.Wrong("code_challenge", "required", "code_challenge is required with code_challenge_method")
	}
	return challenge
}

// FinishConnection handles POST /data-integrations/finish: the application makes the connection that the user consented
// to, with the code of the consent page and a verifier of its own.
func FinishConnection(c *call.Call) (call.Reply, error) {
	object, err := c.Object()
	if err != nil {
		return call.Reply{}, err
	}
	code, challenge := readFinish(object)
	if err := object.Err(); err != nil {
		return call.Reply{}, err
	}
	account, err := c.Environment.Finish(code, challenge)
	if err != nil {
		return call.Reply{}, err
	}
	return call.Reply{
		Status:   http.StatusOK,
		Body:     pipes.Finished{ConnectedAccount: connectedAccount(account)},
		Decision: call.Decided(&account.Decision),
		Key:      account.Key,
	}, nil
}

// readFinish reads the body of FinishConnection. The challenge is the one that the verifier is for. The state is only
// for logs (source: Python SDK 10.8).
func readFinish(object *body.Object) (code, challenge string) {
	code = object.FilledText("connect_code", true)
	object.Text("state")
	verifier := object.FilledText("code_verifier", true)
	if verifier != "" && !isCodeVerifier(verifier) {
		object.Wrong("code_verifier", "invalid",
			"code_verifier must have 43 to 128 of the characters A-Z, a-z, 0-9, - . _ ~")
	}
	sum := sha256.Sum256([]byte(verifier))
	return code, base64.RawURLEncoding.EncodeToString(sum[:])
}

// isCodeVerifier reports whether PKCE allows a verifier (source: RFC 7636).
func isCodeVerifier(text string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`).MatchString(text)
}
