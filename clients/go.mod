// A module of its own keeps the Go files of npm packages out of the commands of the module above.
module example.com/pipesfake/clients

go 1.26
