package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// faultHeader is the response header that names the faults that changed the response.
const faultHeader = "X-Pipesfake-Fault"

// isBroken reports whether a fault broke the response on purpose. Delays and statuses break nothing.
func isBroken(header http.Header) bool {
	kind, _, _ := strings.Cut(header.Get(faultHeader), ",")
	return slices.Contains([]string{"body", "malformed", "content_type", "off_contract", "truncate"}, kind)
}

// checkRules checks what is true of every response of pipesfake, described or not.
func checkRules(r *http.Request, status int, header http.Header, body []byte) error {
	err := checkRequestID(header)
	if err == nil && !isForeign(r.URL.Path) && status != http.StatusNoContent && r.Method != http.MethodHead {
		err = checkContentType(status, header)
		if err == nil && status >= 400 {
			err = checkErrorBody(body)
		}
	}
	if err != nil {
		return fmt.Errorf("%s %s: status %d %w", r.Method, r.URL, status, err)
	}
	return nil
}

// isForeign reports whether the responses to a path are pages for people or those of providers, and not of WorkOS.
func isForeign(path string) bool {
	return strings.HasPrefix(path, "/_ui") || strings.HasPrefix(path, "/_provider/") ||
		strings.HasPrefix(path, "/relay/") || strings.HasSuffix(path, "/authorize-redirect")
}

func checkRequestID(header http.Header) error {
	if header.Get("X-Request-Id") == "" {
		return errors.New("has no X-Request-ID")
	}
	return nil
}

// checkContentType checks that there is a type, and that it is JSON for an error.
func checkContentType(status int, header http.Header) error {
	got := header.Get("Content-Type")
	if got == "" || status >= 400 && !strings.HasPrefix(got, "application/json") {
		return fmt.Errorf("has the Content-Type %q", got)
	}
	return nil
}

// checkErrorBody checks that an error is {code, message} and, if it lists errors in fields, that each is complete.
func checkErrorBody(body []byte) error {
	var fields struct {
		Code, Message string
		Error         *json.RawMessage
		Errors        []struct{ Field, Code, Message string }
	}
	if err := json.Unmarshal(body, &fields); err != nil {
		return fmt.Errorf("is not JSON: %w: %q", err, body)
	}
	if fields.Code == "" || fields.Message == "" || fields.Error != nil {
		return fmt.Errorf("is not {code, message, errors?}: %s", body)
	}
	for _, f := range fields.Errors {
		if f.Field == "" || f.Code == "" || f.Message == "" {
			return fmt.Errorf("has an incomplete field error: %s", body)
		}
	}
	return nil
}
