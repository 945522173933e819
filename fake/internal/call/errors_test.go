package call

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/pipes"
)

func TestNoCodeHasTwoStatuses(t *testing.T) {
	t.Parallel()
	statuses := map[pipes.Code]int{}
	for _, row := range errorTable() {
		for _, code := range row.codes {
			if other, isTaken := statuses[code]; isTaken {
				t.Errorf("%s has the statuses %d and %d", code, other, row.status)
			}
			statuses[code] = row.status
		}
	}
}

func TestTheStatusOfAnErrorCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[pipes.Code]int{
		pipes.InvalidConnectCode:     http.StatusBadRequest,
		pipes.Unauthorized:           http.StatusUnauthorized,
		pipes.LiveKey:                http.StatusForbidden,
		pipes.ForeignOrigin:          http.StatusForbidden,
		pipes.EntityNotFound:         http.StatusNotFound,
		pipes.MethodNotAllowed:       http.StatusMethodNotAllowed,
		pipes.RequestTimeout:         http.StatusRequestTimeout,
		pipes.AlreadyExists:          http.StatusConflict,
		pipes.VerificationFailed:     http.StatusConflict,
		pipes.AuthorizationGone:      http.StatusGone,
		pipes.PayloadTooLarge:        http.StatusRequestEntityTooLarge,
		pipes.UnsupportedMediaType:   http.StatusUnsupportedMediaType,
		pipes.AuthMethodMismatch:     http.StatusUnprocessableEntity,
		pipes.NotImplemented:         http.StatusNotImplemented,
		pipes.FallbackFailed:         http.StatusBadGateway,
		pipes.TooManyEnvironments:    http.StatusServiceUnavailable,
		pipes.InternalError:          http.StatusInternalServerError,
		"a code that is in no table": http.StatusInternalServerError,
	} {
		for _, route := range []Route{{InvalidStatus: 400}, {InvalidStatus: 422}, {InvalidStatus: 422, Control: true}} {
			if got := route.StatusOf(code); got != want {
				t.Errorf("%s: got %d, want %d", code, got, want)
			}
		}
	}
}

// Invalid input has the status that the operation's description lists for it.
func TestTheStatusOfInvalidInput(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		route Route
		code  pipes.Code
		want  int
	}{
		"a field, where 400 is listed":     {Route{InvalidStatus: 400}, pipes.InvalidRequest, 400},
		"a field, where 422 is listed":     {Route{InvalidStatus: 422}, pipes.InvalidRequest, 422},
		"no JSON, where 400 is listed":     {Route{InvalidStatus: 400}, pipes.InvalidJSON, 400},
		"no JSON, where 422 is listed":     {Route{InvalidStatus: 422}, pipes.InvalidJSON, 422},
		"a field of a control call":        {Route{InvalidStatus: 422, Control: true}, pipes.InvalidRequest, 422},
		"no JSON, to the control plane":    {Route{InvalidStatus: 422, Control: true}, pipes.InvalidJSON, 400},
		"too large, where 422 is listed":   {Route{InvalidStatus: 422}, pipes.PayloadTooLarge, 413},
		"an unknown id is no invalid body": {Route{InvalidStatus: 422}, pipes.EntityNotFound, 404},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := one.route.StatusOf(one.code); got != one.want {
				t.Errorf("got %d, want %d", got, one.want)
			}
		})
	}
}

func TestWebhookEndpointsHaveACodeOfTheirOwn(t *testing.T) {
	t.Parallel()
	ofWebhooks := Route{InvalidCode: pipes.InvalidParameters}
	field := pipes.FieldError{Field: "url", Code: "required", Message: "url is required"}
	for name, one := range map[string]struct {
		route Route
		err   pipes.Error
		want  string // the code, and the fields
	}{
		"a field": {
			ofWebhooks, pipes.Error{Code: pipes.InvalidRequest, Errors: []pipes.FieldError{field}},
			"invalid_request_parameters url:required",
		},
		"no JSON names the body": {
			ofWebhooks, pipes.Error{Code: pipes.InvalidJSON, Message: "no JSON"},
			"invalid_request_parameters body:invalid_json",
		},
		"what is not about input": {ofWebhooks, pipes.Error{Code: pipes.EntityNotFound}, "entity_not_found"},
		"a field elsewhere": {
			Route{}, pipes.Error{Code: pipes.InvalidRequest, Errors: []pipes.FieldError{field}},
			"invalid_request url:required",
		},
		"no JSON elsewhere": {Route{}, pipes.Error{Code: pipes.InvalidJSON}, "invalid_json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := one.err.Code
			translated := one.route.Translate(&one.err)
			got := string(translated.Code)
			for _, field := range translated.Errors {
				got += " " + field.Field + ":" + field.Code
			}
			if got != one.want || one.err.Code != before {
				t.Errorf("got %s from %s, want %s", got, one.err.Code, one.want)
			}
		})
	}
}

func TestAnyOtherErrorIsADefect(t *testing.T) {
	t.Parallel()
	got := AsError(errors.New("disk full"))
	if got.Code != pipes.InternalError || !strings.Contains(got.Message, "disk full") {
		t.Errorf("got %+v", got)
	}
	known := &pipes.Error{Code: pipes.EntityNotFound}
	if got := AsError(fmt.Errorf("while reading: %w", known)); got != known {
		t.Errorf("got %+v", got)
	}
}

func TestErrorsOfTheCallAlone(t *testing.T) {
	t.Parallel()
	for code, isOfCall := range map[pipes.Code]bool{
		pipes.UnsupportedMediaType: true,
		pipes.InvalidJSON:          true, pipes.InvalidRequest: true, pipes.PayloadTooLarge: true,
		pipes.RequestTimeout: true,
		pipes.EntityNotFound: false, pipes.AlreadyExists: false, pipes.AuthMethodMismatch: false,
	} {
		if got := IsInvalid(&pipes.Error{Code: code}); got != isOfCall {
			t.Errorf("%s: got %v, want %v", code, got, isOfCall)
		}
	}
}

func TestOnlyTooLargeBodiesAreIgnored(t *testing.T) {
	t.Parallel()
	slow := &pipes.Error{Code: pipes.RequestTimeout}
	for _, one := range []struct{ err, want error }{
		{nil, nil}, {&pipes.Error{Code: pipes.PayloadTooLarge}, nil}, {slow, slow},
	} {
		if got := IgnoreTooLarge(one.err); got != one.want {
			t.Errorf("%v: got %v", one.err, got)
		}
	}
}

func TestQuotedTextIsShortAndValid(t *testing.T) {
	t.Parallel()
	if got := Quote("a\xffb"); got != `"a?b"` {
		t.Errorf("got %s", got)
	}
	if got := Quote(strings.Repeat("a", 10_000)); len(got) > 1000 {
		t.Errorf("it has %d bytes", len(got))
	}
}
