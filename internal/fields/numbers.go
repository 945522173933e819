package fields

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Whole returns the type of whole numbers that an int64 can hold. Use Checked for limits.
func Whole() Type[int64] {
	return Type[int64]{
		Shape: Shape{Name: "whole number", Schema: `{"type": "integer"}`},
		Parse: func(r *Reader, n *Node, path string) int64 {
			switch value := n.Value.(type) {
			case int:
				return int64(value)
			case int64:
				return value
			}
			parsed, err := strconv.ParseInt(n.Text, 10, 64)
			if n.Kind == Untyped && err == nil {
				return parsed
			}
			if n.Kind != String && errors.Is(err, strconv.ErrRange) {
				size := "large"
				if strings.HasPrefix(n.Text, "-") {
					size = "small"
				}
				r.Mistake(n, path, "%s is too %s: %s", r.Name(path), size, n)
				return 0
			}
			r.Mistake(n, path, "%s must be a whole number, not %s%s", r.Name(path), n, Unquote(n, err == nil))
			return 0
		},
	}
}

// Between returns the type of whole numbers from least to most.
func Between(least, most int) Type[int] {
	t := Type[int]{
		Shape: Shape{
			Name:   fmt.Sprintf("%d to %d", least, most),
			Schema: fmt.Sprintf(`{"type": "integer", "minimum": %d, "maximum": %d}`, least, most),
		},
		Parse: func(r *Reader, n *Node, path string) int {
			var whole Reader
			value := Whole().Parse(&whole, n, path)
			switch {
			case len(whole.Mistakes) > 0:
				_, err := strconv.Atoi(n.Text)
				r.Mistake(n, path, "%s must be a whole number from %d to %d, not %s%s",
					r.Name(path), least, most, n, Unquote(n, err == nil))
			case value < int64(least) || value > int64(most):
				r.Mistake(n, path, "%s must be a whole number from %d to %d, not %d", r.Name(path), least, most, value)
			}
			return int(value)
		},
	}
	return t.Checked(func(value int) string {
		if value < least || value > most {
			return fmt.Sprintf("must be a whole number from %d to %d, not %d", least, most, value)
		}
		return ""
	})
}

// Fraction returns the type of numbers more than 0 and at most 1.
func Fraction() Type[float64] {
	isFraction := func(number float64) bool { return number > 0 && number <= 1 }
	return Type[float64]{
		Shape: Shape{Name: "number", Schema: `{"type": "number", "exclusiveMinimum": 0, "maximum": 1}`},
		Parse: func(r *Reader, n *Node, path string) (number float64) {
			parsed, err := strconv.ParseFloat(n.Text, 64)
			switch value := n.Value.(type) {
			case float64:
				number = value
			case int:
				number = float64(value)
			case int64:
				number = float64(value)
			default:
				if n.Kind == Untyped && err == nil {
					number = parsed
				}
			}
			if !isFraction(number) {
				r.Mistake(n, path, "%s must be a number more than 0 and at most 1, not %s%s",
					r.Name(path), n, Unquote(n, err == nil))
			}
			return number
		},
		Check: func(number float64) string {
			if !isFraction(number) {
				return "must be more than 0 and at most 1"
			}
			return ""
		},
	}
}

// Unquote returns the advice for a text that would be right without its quotes, or "".
func Unquote(n *Node, right bool) string {
	if n.Kind == String && right {
		return ": remove the quotes"
	}
	return ""
}
