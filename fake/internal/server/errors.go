package server

import "example.com/pipesfake/fake/internal/pipes"

func unauthorized(message string) error {
	return &pipes.Error{Code: pipes.Unauthorized, Message: message}
}
