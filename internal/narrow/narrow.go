// Package narrow resolves the places that callers of package fake and of package client give to their methods.
package narrow

import (
	"errors"
	"fmt"
	"time"

	"example.com/pipesfake/scenarios"
)

// To adds places to a place.
func To[P ~func(*scenarios.Place) error](place *scenarios.Place, places []P) error {
	for _, one := range places {
		if err := one(place); err != nil {
			return err
		}
	}
	if problems := place.Check(); len(problems) > 0 {
		return problems
	}
	return nil
}

// Switch is To for a switch: it also returns how long the switch is in force, 0 if it stays.
func Switch[P ~func(*scenarios.Place) error](place *scenarios.Place, places []P) (time.Duration, error) {
	var ttl Duration
	var others []P
	for _, one := range places {
		var given Duration
		if !errors.As(one(new(scenarios.Place)), &given) {
			others = append(others, one)
			continue
		}
		if ttl != 0 {
			return 0, fmt.Errorf("fake.For is given twice (%v, and %v before): a switch has one duration",
				time.Duration(given), time.Duration(ttl))
		}
		ttl = given
	}
	return time.Duration(ttl), To(place, others)
}

// Duration is the error of a place that limits a switch to some time. Only Switch accepts such a place.
type Duration time.Duration

func (d Duration) Error() string {
	return fmt.Sprintf("fake.For(%v) limits a switch, and nothing else", time.Duration(d))
}

// CheckOne checks that a place names one connection.
func CheckOne(place scenarios.Place) error {
	switch {
	case place.Provider == "":
		return errors.New("fake.Provider is missing: name one connection")
	case place.Shared && place.Organization == "":
		return errors.New("fake.Organization is missing: name the one that owns the connection")
	case !place.Shared && place.User == "":
		return errors.New("fake.User is missing: name one connection")
	}
	return nil
}
