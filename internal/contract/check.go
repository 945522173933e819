package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Check returns an error if a response is not as described. It returns nil for paths that the contract does not have.
func (c *Contract) Check(r *http.Request, status int, header http.Header, body []byte) error {
	op := c.find(r.Method, r.URL.EscapedPath())
	if op == nil {
		return nil
	}
	described := op.responses[status]
	var err error
	switch {
	case described == nil:
		err = op.checkUndescribed(r.Method, status, header, body)
	case r.Method == http.MethodHead:
		return nil // without a body, the response is neither checked nor seen
	default:
		err = described.check(status, header, body)
	}
	if err != nil {
		return fmt.Errorf("%s: %s %s: status %d %w: %s", c.name, op.method, op.template, status, err, body)
	}
	if described != nil {
		described.seen.Store(true)
	}
	return nil
}

// check returns an error if a response with a described status is not as described.
func (r *response) check(status int, header http.Header, body []byte) error {
	if status == http.StatusNoContent && len(body) > 0 {
		return errors.New("has a body")
	}
	mediaType, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	switch {
	case slices.Contains(r.types, mediaType):
		return nil
	case mediaType != "" && mediaType != "application/json" && r.schema != nil:
		return fmt.Errorf("has the Content-Type %q", mediaType)
	}
	if r.schema == nil {
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err == nil {
		err = r.schema.Validate(value)
	}
	if err != nil {
		return fmt.Errorf("is not as described: %w", err)
	}
	return nil
}

// checkUndescribed checks a response with a status that the description of the operation does not list. Faults may send
// any status.
func (op *operation) checkUndescribed(method string, status int, header http.Header, body []byte) error {
	var fields struct{ Code, Message string }
	err := json.Unmarshal(body, &fields)
	hasBody := method != http.MethodHead
	switch {
	case header.Get(faultHeader) == "" && !op.canSend(status, fields.Code, hasBody):
		return errors.New("is not described")
	case hasBody && (err != nil || fields.Code == "" || fields.Message == ""):
		return errors.New("is not {code, message}")
	}
	return nil
}

// canSend reports whether the operation may send a status that its description does not list. All operations reject
// wrong keys and methods, large or slow bodies, and what is not faked; all report invalid input with 400 or 422; and
// clients newer than the description can be told to select one of several accounts, or that there are too many.
func (op *operation) canSend(status int, code string, hasBody bool) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed,
		http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType,
		http.StatusNotImplemented:
		return true
	case http.StatusBadRequest:
		return op.responses[http.StatusUnprocessableEntity] == nil
	case http.StatusServiceUnavailable:
		return !hasBody || code == "too_many_environments"
	case http.StatusConflict:
		return !hasBody || strings.HasPrefix(code, "too_many_") || slices.Contains([]string{
			"account_selection_required", "connected_account_limit_reached", "idempotency_key_conflict",
		}, code)
	}
	return false
}
