package boltstore_test

import (
	"fmt"
	"log"
	"os"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/fake/boltstore"
)

func ExampleOpen() {
	defer os.Remove("pipesfake.state")
	for range 2 {
		store, err := boltstore.Open("pipesfake.state")
		if err != nil {
			log.Fatal(err)
		}
		server, err := fake.New(fake.WithStore(store))
		if err != nil {
			log.Fatal(err)
		}
		defer server.Close()
		fmt.Println(len(server.Switches()))
		server.Use("expired")
		server.Close()
	}
	// Output:
	// 0
	// 1
}
