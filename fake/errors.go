package fake

import (
	"errors"
	"net/http"

	"example.com/pipesfake/fake/internal/pipes"
)

// statusOf is the one table from what went wrong to the status that says so. Invalid input has the
// status that the operation's description lists for it: 400 where it lists 400, else 422 where it lists
// 422, else 400. So has unreadable input; on the control plane that is always 400.
func statusOf(code pipes.Code, route *route) int {
	switch code {
	case pipes.InvalidJSON:
		if route.control {
			return http.StatusBadRequest
		}
		return route.invalid
	case pipes.InvalidRequest:
		return route.invalid
	case pipes.InvalidConnectCode, pipes.RelayUserRequired, pipes.RelayUserNotFound, pipes.RelayMissingURL, pipes.RelayInvalidURL, pipes.RelayProviderConflict:
		return http.StatusBadRequest
	case pipes.Unauthorized:
		return http.StatusUnauthorized
	case pipes.LiveKey, pipes.ForeignHost, pipes.ForeignOrigin, pipes.IntegrationShared, pipes.IntegrationDisabled, pipes.OrganizationCredentialsMissing:
		return http.StatusForbidden
	case pipes.EntityNotFound, pipes.NothingToTakeBack, pipes.RelayProviderNotFound:
		return http.StatusNotFound
	case pipes.MethodNotAllowed:
		return http.StatusMethodNotAllowed
	case pipes.AuthorizationGone:
		return http.StatusGone
	case pipes.AlreadyExists, pipes.AccountSelectionRequired, pipes.DuplicateEndpoint,
		pipes.TooManyFaults, pipes.TooManySnapshots,
		pipes.TooManySwitches, pipes.TooManyIntegrations, pipes.TooManyConfigurations, pipes.TooManyAccounts,
		pipes.SnapshotOfAnotherFile, pipes.DeliveryPending, pipes.VerificationFailed: // clients do not try it again
		return http.StatusConflict
	case pipes.RequestTimeout:
		return http.StatusRequestTimeout
	case pipes.PayloadTooLarge:
		return http.StatusRequestEntityTooLarge
	case pipes.AuthMethodMismatch, pipes.InvalidURL, pipes.InvalidRange, pipes.SlugReserved, pipes.IntegrationInvalid, pipes.ScopesNotConfigured:
		return http.StatusUnprocessableEntity
	case pipes.NotImplemented:
		return http.StatusNotImplemented
	case pipes.FallbackFailed, pipes.RelayUpstreamFailed:
		return http.StatusBadGateway
	case pipes.TooManyEnvironments:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// isInvalid tells whether an error is about the call alone, whatever it would have found.
func isInvalid(err error) bool {
	code := asError(err).Code
	return code == pipes.InvalidJSON || code == pipes.InvalidRequest || code == pipes.PayloadTooLarge ||
		code == pipes.RequestTimeout
}

// ignoreTooLarge returns the error of a body, unless it is payload_too_large.
func ignoreTooLarge(err error) error {
	if err != nil && asError(err).Code == pipes.PayloadTooLarge {
		return nil
	}
	return err
}

// inWordsOf is an error as an operation tells it: webhook endpoints have a code of their own for what is
// invalid, and always say which field (source: spec).
func inWordsOf(operation string, err *pipes.Error) *pipes.Error {
	switch operation {
	case "list_webhook_endpoints", "create_webhook_endpoint", "update_webhook_endpoint", "delete_webhook_endpoint":
	default:
		return err
	}
	if err.Code != pipes.InvalidJSON && err.Code != pipes.InvalidRequest {
		return err
	}
	told := *err
	if told.Errors == nil {
		told.Errors = []pipes.FieldError{{Field: "body", Code: string(err.Code), Message: err.Message}}
	}
	told.Code = pipes.InvalidParameters
	return &told
}

// asError is the wire error of any error: one that nobody foresaw is internal_error.
func asError(err error) *pipes.Error {
	var known *pipes.Error
	if errors.As(err, &known) {
		return known
	}
	return &pipes.Error{Code: pipes.InternalError, Message: "pipesfake failed, which is a defect of it: " + err.Error() + "."}
}
