package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
)

// maxIdempotencyKey is how many bytes an idempotency key may have.
const maxIdempotencyKey = 255

// readOnce reads the idempotency key of a call that makes a connection: a header, which the Python SDK sends with each
// POST (source: Python SDK 10.8), or a member of the body.
func readOnce(object *body.Object, c *call.Call) model.Once {
	key, field := c.Request.Header.Get("Idempotency-Key"), "Idempotency-Key"
	if inBody := object.FilledText("idempotency_key", false); key == "" {
		key, field = inBody, "idempotency_key"
	}
	if len(key) > maxIdempotencyKey {
		object.Wrong(field, "invalid", "%s is longer than %d bytes", field, maxIdempotencyKey)
		return model.Once{}
	}
	if key == "" {
		return model.Once{}
	}
	sum := sha256.New()
	fmt.Fprintln(sum, c.Request.Method, c.Request.URL.RequestURI())
	sum.Write(c.Body)
	return model.Once{Key: key, Digest: hex.EncodeToString(sum.Sum(nil)), Encode: encodeAccount}
}

// encodeAccount returns an account as a response has it.
func encodeAccount(account *model.Account) string {
	body, _ := encoded(connectedAccount(account)) // it is a struct of texts
	return strings.TrimSuffix(string(body), "\n")
}
