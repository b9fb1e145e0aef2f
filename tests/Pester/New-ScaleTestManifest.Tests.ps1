BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
}

Describe 'New-ScaleTestManifest' {
    It 'emits one document an object, each with its kind' {
        $documents = @(New-ScaleTestManifest -Image 'host/k8sscaletest:1')
        $documents | ForEach-Object { $_ | Should -Match '(?s)\A---\n' }
        @($documents | ForEach-Object { if ($_ -match '(?m)^kind: (\w+)') { $Matches[1] } }) | Should -Be @(
            'Namespace', 'ServiceAccount', 'Role', 'RoleBinding', 'Job', 'ServiceAccount', 'Role', 'RoleBinding', 'ReplicaSet',
            'ServiceAccount', 'Role', 'RoleBinding', 'ReplicaSet', 'Service')
    }

    It 'is taken by kubectl' -Skip:(-not (Get-Command kubectl -CommandType Application -ErrorAction Ignore)) {
        $file = Join-Path $TestDrive 'manifest.yaml'
        New-ScaleTestManifest -Image 'host/k8sscaletest:1' -Resource configmaps, flunders | Set-Content -LiteralPath $file
        Set-Content -LiteralPath (Join-Path $TestDrive 'kustomization.yaml') -Value "resources: [manifest.yaml]"
        $built = & kubectl kustomize $TestDrive
        $LASTEXITCODE | Should -Be 0
        @($built -match '^kind: (Job|ReplicaSet)$').Count | Should -Be 6
    }

    It 'passes the driver''s parameters on, and only those that were given' {
        $job = @(New-ScaleTestManifest -Part Driver -Image image -Rate 20 -Duration 5m -MaxPopulation 50)[-1]
        $job | Should -Match 'Start-ConfigMapDriver -Rate 20 -Duration 300 -MaxPopulation 50 -Namespace scaletest -DrainTimeout 20s -OutFile - -Format JsonLines -MetricsPort 9376'
    }

    It 'gives several workers one run ID and one seed' {
        $job = @(New-ScaleTestManifest -Part Driver -Image image -Workers 4)[-1]
        $job | Should -Match 'completionMode: Indexed'
        $job | Should -Match '-Seed \d+ -RunId \d{4}\.\d{4}\.\d{4} '
    }

    It 'is in the module''s folder as files' {
        $folder = Join-Path (Split-Path (Get-BuiltManifest)) 'deploy'
        Join-Path $folder 'kustomization.yaml' | Should -Exist
        (Get-Content -Raw (Join-Path $folder 'metrics.yaml')).TrimEnd() | Should -Be (New-ScaleTestManifest -Part Metrics -Image k8sscaletest)
    }
}

Describe 'New-ScaleTestManifest: bad input' {
    It 'no image' {
        (Get-Command New-ScaleTestManifest).Parameters['Image'].Attributes.Mandatory | Should -BeTrue
    }

    It '<What>' -ForEach @(
        @{ What = 'a name that is no image'; Parameters = @{ Image = 'Not An Image' }; Id = 'InvalidImage' }
        @{ What = 'replicas below zero'; Parameters = @{ Image = 'image'; Replicas = -1 }; Id = 'InvalidReplicas' }
        @{ What = 'no worker'; Parameters = @{ Image = 'image'; Workers = 0 }; Id = 'InvalidWorkers' }
        @{ What = 'a port of root''s'; Parameters = @{ Image = 'image'; MetricsPort = 80 }; Id = 'InvalidMetricsPort' }
        @{ What = 'a run ID that cannot be one'; Parameters = @{ Image = 'image'; RunId = 'Not_One' }; Id = 'InvalidRunId' }
        @{ What = 'a count that the driver would refuse'; Parameters = @{ Image = 'image'; Count = 0 }; Id = 'InvalidCount' }
    ) {
        $failure = { New-ScaleTestManifest @Parameters } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be "$Id,K8sScaleTest.NewScaleTestManifestCommand"
    }
}
