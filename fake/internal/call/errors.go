package call

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
)

// statusOfCodes is a row of the error table: a status and the codes that have it.
type statusOfCodes struct {
	status int
	codes  []pipes.Code
}

// errorTable is the one table from error codes to statuses. Codes that are in no row are defects of pipesfake: 500.
// Invalid and unreadable input is not in it, because its status differs by operation.
func errorTable() []statusOfCodes {
	return []statusOfCodes{
		{http.StatusBadRequest, []pipes.Code{
			pipes.InvalidReturnTo, pipes.ReturnToRequiresExactMatch, pipes.ConnectFinishUnavailable,
			pipes.InvalidConnectCode, pipes.InvalidDataIntegration, pipes.TargetDeleted,
			pipes.RelayUserRequired, pipes.RelayUserNotFound, pipes.RelayMissingURL,
			pipes.RelayInvalidURL, pipes.RelayProviderConflict,
		}},
		{http.StatusUnauthorized, []pipes.Code{pipes.Unauthorized}},
		{http.StatusForbidden, []pipes.Code{
			pipes.LiveKey, pipes.ForeignHost, pipes.ForeignOrigin, pipes.IntegrationShared, pipes.IntegrationDisabled,
			pipes.OrganizationCredentialsMissing,
		}},
		{http.StatusNotFound, []pipes.Code{
			pipes.EntityNotFound, pipes.ConnectedAccountNotFound, pipes.MultipleConnectionsUnavailable,
			pipes.NothingToTakeBack, pipes.RelayProviderNotFound,
		}},
		{http.StatusMethodNotAllowed, []pipes.Code{pipes.MethodNotAllowed}},
		{http.StatusRequestTimeout, []pipes.Code{pipes.RequestTimeout}},
		// 409 rather than 408 or 503 where clients must not try again by themselves.
		{http.StatusConflict, []pipes.Code{
			pipes.AlreadyExists, pipes.IdempotencyKeyConflict,
			pipes.AccountSelectionRequired, pipes.ConnectedAccountLimitReached, pipes.DuplicateEndpoint,
			pipes.TooManyFaults, pipes.TooManySnapshots, pipes.TooManySwitches, pipes.TooManyIntegrations,
			pipes.TooManyConfigurations,
			pipes.TooManyAccounts, pipes.SnapshotOfAnotherFile, pipes.SnapshotDamaged, pipes.DeliveryPending,
			pipes.VerificationFailed,
		}},
		{http.StatusGone, []pipes.Code{pipes.AuthorizationGone}},
		{http.StatusRequestEntityTooLarge, []pipes.Code{pipes.PayloadTooLarge}},
		{http.StatusUnsupportedMediaType, []pipes.Code{pipes.UnsupportedMediaType}},
		{http.StatusUnprocessableEntity, []pipes.Code{
			pipes.AuthMethodMismatch, pipes.InvalidURL, pipes.InvalidRange, pipes.SlugReserved,
			pipes.InvalidIntegrationState, pipes.InvalidTokenCombination, pipes.InvalidRefreshToken,
			pipes.ClientCredentialsNotConfigured, pipes.ScopesNotConfigured, pipes.InvalidScenarios,
		}},
		{http.StatusNotImplemented, []pipes.Code{pipes.NotImplemented}},
		{http.StatusBadGateway, []pipes.Code{pipes.FallbackFailed, pipes.RelayUpstreamFailed}},
		{http.StatusServiceUnavailable, []pipes.Code{pipes.TooManyEnvironments, pipes.StoreUnavailable}},
	}
}

// StatusOf returns the status of an error code. Invalid input has the status that the operation's description lists
// for it: 400 if it lists 400, else 422 if it lists 422, else 400. Unreadable input has the same, except on the control
// plane, where it is always 400. Where other errors have the status of invalid input, the route says so.
func (r *Route) StatusOf(code pipes.Code) int {
	switch {
	case code == pipes.InvalidJSON && r.Control:
		return http.StatusBadRequest
	case code == pipes.InvalidJSON, code == pipes.InvalidRequest, slices.Contains(r.InvalidCodes, code):
		return r.InvalidStatus
	}
	for _, row := range errorTable() {
		if slices.Contains(row.codes, code) {
			return row.status
		}
	}
	return http.StatusInternalServerError
}

// Translate returns an error as the operation of the route describes it. Operations on webhook endpoints have a code of
// their own for invalid input, and always name a field (source: spec).
func (r *Route) Translate(err *pipes.Error) *pipes.Error {
	if r.InvalidCode == "" || err.Code != pipes.InvalidJSON && err.Code != pipes.InvalidRequest {
		return err
	}
	translated := *err
	if translated.Errors == nil {
		translated.Errors = []pipes.FieldError{{Field: "body", Code: string(err.Code), Message: err.Message}}
	}
	translated.Code = r.InvalidCode
	return &translated
}

// Invalid returns the error of a call with one wrong value.
func Invalid(field, message string) error {
	return pipes.Invalid(pipes.FieldError{Field: field, Code: "invalid", Message: message})
}

// IsInvalid reports whether an error is about the call alone and does not depend on the state of its connection.
func IsInvalid(err error) bool {
	switch AsError(err).Code {
	case pipes.InvalidJSON, pipes.InvalidRequest, pipes.PayloadTooLarge, pipes.UnsupportedMediaType,
		pipes.RequestTimeout:
		return true
	}
	return false
}

// IgnoreTooLarge returns the error of a body, unless the body is too large.
func IgnoreTooLarge(err error) error {
	if err != nil && AsError(err).Code == pipes.PayloadTooLarge {
		return nil
	}
	return err
}

// AsError returns the error that the wire shows for err. An unexpected error becomes internal_error.
func AsError(err error) *pipes.Error {
	var known *pipes.Error
	if errors.As(err, &known) {
		return known
	}
	message := "pipesfake failed, which is a defect of it: " + err.Error() + "."
	return &pipes.Error{Code: pipes.InternalError, Message: message}
}

// Quote quotes user-provided text for an error message, cut to a readable length.
func Quote(text string) string {
	return "\"" + strings.ToValidUTF8(fields.Abridge(text), "?") + "\""
}
