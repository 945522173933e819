module example.com/pipesfake/examples/compose-app

go 1.26
