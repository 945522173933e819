package state

import (
	"fmt"
	"testing"
)

func TestAnsweredCallsAreBounded(t *testing.T) {
	t.Parallel()
	s := new(State)
	for i := range maxAnswered + 10 {
		s.RememberAnswered(Answered{Key: fmt.Sprint(i), Body: "{}"})
	}
	if s.FindAnswered("9") != nil || s.FindAnswered("10") == nil || s.FindAnswered("1009") == nil {
		t.Errorf("it remembers others than the last %d", maxAnswered)
	}
	if len(s.Answered) != maxAnswered {
		t.Errorf("it remembers %d calls", len(s.Answered))
	}
}
