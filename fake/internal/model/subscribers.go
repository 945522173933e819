package model

// hasSubscribers reports whether events must be emitted in real time; otherwise the next read makes them.
func (e *Environment) hasSubscribers() bool {
	return len(e.listeners) > 0 || e.outbox != nil && len(e.state.Endpoints) > 0
}

// notifySubscribers tells all listeners that there may be events.
func (e *Environment) notifySubscribers() {
	for listener := range e.listeners {
		select {
		case listener <- struct{}{}:
		default: // it was told, and has not looked yet
		}
	}
}
