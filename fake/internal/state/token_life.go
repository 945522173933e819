package state

import (
	"time"

	"example.com/pipesfake/scenarios"
)

// TokenLife is when the life of a token began: when its scenario came into force for the connection, or with a refresh.
type TokenLife struct {
	From      time.Time
	Refreshed bool
}

// NoLifeLeft is the ExpiresIn of a token that a call gave with no life left. It is not zero, which means the default.
// Where refresh works, the next call refreshes the token, for the usual life.
const NoLifeLeft = time.Nanosecond

// Span returns how long the token of a state lives.
func (l TokenLife) Span(state scenarios.State) time.Duration {
	switch {
	case state.ExpiresIn != NoLifeLeft:
		return state.ExpiresIn
	case l.Refreshed:
		return scenarios.DefaultLife
	}
	return 0
}

// TokenLife returns the life of the connection's token under the directive that decides.
func (r *Connection) TokenLife(d *Decision) TokenLife {
	for _, one := range r.history().Refreshes {
		if one.Directive == d.Sequence && one.State == d.StateNumber {
			return TokenLife{one.At, true}
		}
	}
	return TokenLife{d.At, false}
}

// CanExpire reports whether the token of a state can expire later. A token created already expired never changes.
func CanExpire(state scenarios.State) bool {
	return state.ExpiresIn > 0 && state.ExpiresIn != scenarios.Never
}

// RefreshDue returns the first time at which a call refreshes the token, or the zero time if none does: when less
// than a tenth of its life is left, which is a nanosecond after exactly a tenth is.
func (r *Connection) RefreshDue(d *Decision) time.Time {
	state := d.Scenario.State.Full()
	if state.State != scenarios.Connected || state.Refresh != scenarios.RefreshWorks || !CanExpire(state) {
		return time.Time{}
	}
	life := r.TokenLife(d)
	span := life.Span(state)
	return life.From.Add(span - max(span/10, 1) + 1)
}
