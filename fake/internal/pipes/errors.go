package pipes

import (
	"errors"
	"net/url"
	"strings"
)

// Error is the body of every response that is not a success. It has no key named error, because the Node SDK would take
// it for an OAuth error (source: SDK, measured).
type Error struct {
	Code    Code         `json:"code"`
	Message string       `json:"message"`
	Errors  []FieldError `json:"errors,omitempty"`
}

// FieldError is a mistake in one field.
type FieldError struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Reason returns why a request to another server failed, without its URL, which may contain a secret.
func Reason(err error) string {
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return err.Error()
}

// Code is the kind of an error. A table in package call has the status of each.
type Code string

// The codes. They are WorkOS's (source: spec), or ours where WorkOS has none.
const (
	Unauthorized                   Code = "unauthorized"
	LiveKey                        Code = "live_key"
	ForeignHost                    Code = "foreign_host"
	ForeignOrigin                  Code = "foreign_origin"
	EntityNotFound                 Code = "entity_not_found"
	NothingToTakeBack              Code = "nothing_to_take_back"
	MethodNotAllowed               Code = "method_not_allowed"
	PayloadTooLarge                Code = "payload_too_large"
	UnsupportedMediaType           Code = "unsupported_media_type"
	RequestTimeout                 Code = "request_timeout"
	InvalidJSON                    Code = "invalid_json"
	InvalidRequest                 Code = "invalid_request"
	AuthMethodMismatch             Code = "auth_method_mismatch"
	AlreadyExists                  Code = "entity_already_exists"
	IdempotencyKeyConflict         Code = "idempotency_key_conflict"
	AccountSelectionRequired       Code = "account_selection_required"
	ConnectedAccountNotFound       Code = "connected_account_not_found"
	ConnectedAccountLimitReached   Code = "connected_account_limit_reached"
	MultipleConnectionsUnavailable Code = "multiple_connections_unavailable"
	DuplicateEndpoint              Code = "duplicate_endpoint"
	InvalidReturnTo                Code = "invalid_return_to"
	ReturnToRequiresExactMatch     Code = "return_to_requires_exact_match"
	ConnectFinishUnavailable       Code = "connect_finish_unavailable"
	InvalidConnectCode             Code = "invalid_connect_code"
	InvalidDataIntegration         Code = "invalid_data_integration"
	TargetDeleted                  Code = "target_deleted"
	InvalidURL                     Code = "invalid_url"
	InvalidParameters              Code = "invalid_request_parameters"
	InvalidRange                   Code = "invalid_range"
	SlugReserved                   Code = "slug_reserved"
	IntegrationShared              Code = "data_integration_shared"
	IntegrationDisabled            Code = "data_integration_disabled"
	InvalidIntegrationState        Code = "invalid_data_integration_state"
	InvalidTokenCombination        Code = "invalid_token_combination"
	InvalidRefreshToken            Code = "invalid_refresh_token"
	ClientCredentialsNotConfigured Code = "client_credentials_not_configured"
	OrganizationCredentialsMissing Code = "organization_credentials_missing"
	ScopesNotConfigured            Code = "scopes_not_configured"
	RateLimitExceeded              Code = "rate_limit_exceeded"
	VerificationFailed             Code = "verification_failed"
	TooManyFaults                  Code = "too_many_faults"
	TooManySwitches                Code = "too_many_switches"
	TooManyIntegrations            Code = "too_many_data_integrations"
	TooManyConfigurations          Code = "too_many_configurations"
	TooManyAccounts                Code = "too_many_connected_accounts"
	TooManySnapshots               Code = "too_many_snapshots"
	RelayUserRequired              Code = "relay_user_required"
	RelayUserNotFound              Code = "relay_user_not_found"
	RelayMissingURL                Code = "relay_missing_url"
	RelayInvalidURL                Code = "relay_invalid_url"
	RelayProviderConflict          Code = "relay_provider_conflict"
	RelayAuthorizationRequired     Code = "relay_authorization_required"
	RelayProviderNotFound          Code = "relay_provider_not_found"
	RelayUpstreamFailed            Code = "relay_upstream_failed"
	DeliveryPending                Code = "delivery_pending"
	AuthorizationGone              Code = "authorization_gone"
	SnapshotOfAnotherFile          Code = "snapshot_of_another_file"
	SnapshotDamaged                Code = "snapshot_damaged"
	InvalidScenarios               Code = "invalid_scenarios"
	FallbackFailed                 Code = "fallback_failed"
	NotImplemented                 Code = "not_implemented"
	TooManyEnvironments            Code = "too_many_environments"
	StoreUnavailable               Code = "store_unavailable"
	InternalError                  Code = "internal_error"
)

// APICodes lists the codes that calls of the Pipes API can return.
func APICodes() (names []string) {
	for _, code := range []Code{
		Unauthorized, LiveKey, EntityNotFound, MethodNotAllowed, PayloadTooLarge, UnsupportedMediaType,
		RequestTimeout,
		InvalidJSON, InvalidRequest, AuthMethodMismatch, AlreadyExists, IdempotencyKeyConflict,
		AccountSelectionRequired, ConnectedAccountNotFound, ConnectedAccountLimitReached,
		MultipleConnectionsUnavailable, DuplicateEndpoint,
		InvalidReturnTo, ReturnToRequiresExactMatch, ConnectFinishUnavailable,
		InvalidConnectCode, InvalidDataIntegration, TargetDeleted,
		InvalidURL, InvalidParameters, InvalidRange, SlugReserved, IntegrationShared,
		IntegrationDisabled, InvalidIntegrationState, InvalidTokenCombination, InvalidRefreshToken,
		ClientCredentialsNotConfigured, OrganizationCredentialsMissing, ScopesNotConfigured, NotImplemented,
		TooManyIntegrations, TooManyConfigurations, TooManyAccounts,
	} {
		names = append(names, string(code))
	}
	return names
}

// Invalid returns the error of mistakes in fields. Its message has all of their messages.
func Invalid(fields ...FieldError) *Error {
	messages := make([]string, len(fields))
	for i, f := range fields {
		messages[i] = f.Message
		if f.Field == "" { // a name may be empty in JSON; a field of an error may not
			fields[i].Field = `""`
		}
	}
	return &Error{
		Code:    InvalidRequest,
		Message: "Validation failed: " + strings.Join(messages, "; ") + ".",
		Errors:  fields,
	}
}
