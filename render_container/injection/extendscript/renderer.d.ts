// For the type check only: the object behind aerender, which Adobe's own startup script makes.
// Its methods are named in aerender's log and in public pipelines; their code is not ours to copy.
declare var gAECommandLineRenderer: {
  [method: string]: (this: unknown, ...values: any[]) => any
}

// The library of the declarations for After Effects is ES3's and lacks this.
type Extract<T, U> = T extends U ? T : never
