package fake

import (
	"errors"
	"net/http"

	"example.com/pipesfake/fake/internal/pipes"
)

// statusOf is the one table from what went wrong to the status that says so. Invalid input has the
// status that the operation's description lists for it (400 where it lists 400, else 422); so has
// unreadable input, which is 400 where neither is listed.
func statusOf(code pipes.Code, invalid int) int {
	switch code {
	case pipes.InvalidJSON:
		return http.StatusBadRequest
	case pipes.InvalidRequest:
		return invalid
	case pipes.Unauthorized:
		return http.StatusUnauthorized
	case pipes.LiveKey, pipes.ForeignHost, pipes.ForeignOrigin:
		return http.StatusForbidden
	case pipes.EntityNotFound, pipes.NothingToTakeBack:
		return http.StatusNotFound
	case pipes.MethodNotAllowed:
		return http.StatusMethodNotAllowed
	case pipes.PayloadTooLarge:
		return http.StatusRequestEntityTooLarge
	case pipes.AuthMethodMismatch:
		return http.StatusUnprocessableEntity
	case pipes.NotImplemented:
		return http.StatusNotImplemented
	case pipes.TooManyEnvironments:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// asError is the wire error of any error: one that nobody foresaw is internal_error.
func asError(err error) *pipes.Error {
	var known *pipes.Error
	if errors.As(err, &known) {
		return known
	}
	return &pipes.Error{Code: pipes.InternalError, Message: "pipesfake failed, which is a defect of it: " + err.Error() + "."}
}
