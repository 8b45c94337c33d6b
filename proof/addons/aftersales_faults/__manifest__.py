{
    "name": "After-Sales Faults on Purpose",
    "summary": "Loaded into the server of the proof, never installed",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "After-Sales Service Contributors",
    "depends": ["base"],
}
