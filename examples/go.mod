module example.com/pipesfake/examples

go 1.26.0

require example.com/pipesfake v0.0.0

require (
	github.com/agnivade/levenshtein v1.2.2 // indirect
	github.com/brianvoe/gofakeit/v6 v6.28.0 // indirect
	github.com/go-json-experiment/json v1.27.2 // indirect
	github.com/gorilla/mux v1.8.1 // indirect
	golang.org/x/sync v0.24.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)

replace example.com/pipesfake => ../
