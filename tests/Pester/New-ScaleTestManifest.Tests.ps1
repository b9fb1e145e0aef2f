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
        $job | Should -Match 'Start-ConfigMapDriver -Rate 20 -Duration 300 -MaxPopulation 50 -DrainTimeout 20 -Namespace \$\(SCALETEST_NAMESPACE\) -OutFile - -Format JsonLines -MetricsPort 9376'
    }

    It 'gives several workers one run ID and one seed' {
        $job = @(New-ScaleTestManifest -Part Driver -Image image -Workers 4)[-1]
        $job | Should -Match 'completionMode: Indexed'
        $job | Should -Match '-Seed \d+ -RunId \d{4}\.\d{4}\.\d{4} '
    }

    It 'passes -StartAt on, as UTC' {
        $job = @(New-ScaleTestManifest -Part Driver -Image image -StartAt ([DateTime]::UtcNow.Date.AddDays(2).AddHours(9).ToLocalTime()))[-1]
        $job | Should -Match "-StartAt $([DateTime]::UtcNow.Date.AddDays(2).ToString('yyyy-MM-dd'))T09:00:00Z "
    }

    It 'passes -IfRunExists <_> on, with a run ID that the next pod knows' -ForEach @('Delete', 'Refuse') {
        $job = @(New-ScaleTestManifest -Part Driver -Image image -IfRunExists $_)[-1]
        $job | Should -Match "-IfRunExists $_ -RunId \d{4}\.\d{4}\.\d{4} "
        @(New-ScaleTestManifest -Part Driver -Image image -IfRunExists $_ -RunId nightly)[-1] | Should -Match "-IfRunExists $_ -RunId nightly "
    }

    It 'makes no run ID for one worker that is not to know it again' {
        @(New-ScaleTestManifest -Part Driver -Image image)[-1] | Should -Not -Match '-RunId'
    }

    It 'tells loggers and watches their load, with quotes where PowerShell needs them' {
        $documents = @(New-ScaleTestManifest -Part Logger, Watch -Resource flunders -Image image -LoggerThreads 4 -PerEvent -Watchers 500 -WatchConnections 5 `
                -TimeoutSeconds (60..120) -Resume -LabelSelector 'app in (a,b)' -ApiVersion v1alpha1)
        $documents -match 'Start-FlunderLogger -Threads 4 -PerEvent -LabelSelector ''app in \(a,b\)'' -ApiVersion v1alpha1 -Namespace \$\(SCALETEST_NAMESPACE\) ' | Should -HaveCount 1
        $documents -match 'Invoke-FlunderWatch -Watchers 500 -Connections 5 -TimeoutSeconds 60\.\.120 -Resume -LabelSelector ''app in \(a,b\)'' -ApiVersion v1alpha1 -Namespace \$\(SCALETEST_NAMESPACE\) ' | Should -HaveCount 1
    }

    It 'gives the pod more time than the driver takes to delete what lives' {
        $job = @(New-ScaleTestManifest -Part Driver -Image image -DrainTimeout 2m)[-1]
        $job | Should -Match '-DrainTimeout 120 '
        $job | Should -Match '(?m)^ +terminationGracePeriodSeconds: 160$'
    }

    It 'warns of what no part takes' {
        $null = New-ScaleTestManifest -Part Logger -Image image -Rate 5 -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -HaveCount 1
        $warnings[0].Message | Should -Match '^-Rate: no part'
    }

    It 'completes the values of -<Name>' -ForEach @(
        @{ Name = 'Part'; Values = 'Namespace', 'Driver', 'Logger', 'Watch', 'Metrics' }
        @{ Name = 'Resource'; Values = 'configmaps', 'flunders' }
        @{ Name = 'Arrival'; Values = 'Poisson', 'Constant', 'Uniform' }
        @{ Name = 'LifetimeFrom'; Values = 'Response', 'Schedule' }
        @{ Name = 'IfRunExists'; Values = 'Refuse', 'Delete' }
        @{ Name = 'HttpVersion'; Values = '2', '1.1' }
    ) {
        $line = "New-ScaleTestManifest -$Name "
        @((TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Sort-Object) | Should -Be @($Values | Sort-Object)
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
        @{ What = 'a namespace of the cluster''s own'; Parameters = @{ Image = 'image'; Namespace = 'kube-system' }; Id = 'InvalidPart' }
        @{ What = 'replicas below zero'; Parameters = @{ Image = 'image'; Replicas = -1 }; Id = 'InvalidReplicas' }
        @{ What = 'no worker'; Parameters = @{ Image = 'image'; Workers = 0 }; Id = 'InvalidWorkers' }
        @{ What = 'a port of root''s'; Parameters = @{ Image = 'image'; MetricsPort = 80 }; Id = 'InvalidMetricsPort' }
        @{ What = 'a run ID that cannot be one'; Parameters = @{ Image = 'image'; RunId = 'Not_One' }; Id = 'InvalidRunId' }
        @{ What = 'a count that the driver would refuse'; Parameters = @{ Image = 'image'; Count = 0 }; Id = 'InvalidCount' }
        @{ What = 'a lifetime and a population'; Parameters = @{ Image = 'image'; Lifetime = '5s'; MaxPopulation = 5 }; Id = 'InvalidLifetime' }
        @{ What = 'a start that has passed'; Parameters = @{ Image = 'image'; StartAt = '2020-01-01T00:00:00Z' }; Id = 'InvalidStartAt' }
        @{ What = 'what a new pod cannot do'; Parameters = @{ Image = 'image'; IfRunExists = 'Overwrite' }; Id = 'ParameterArgumentValidationError' }
        @{ What = 'no worker of a logger'; Parameters = @{ Image = 'image'; LoggerThreads = 0 }; Id = 'InvalidLoggerThreads' }
        @{ What = 'no watcher'; Parameters = @{ Image = 'image'; Watchers = 0 }; Id = 'InvalidWatchers' }
        @{ What = 'a slow reader over HTTP/2'; Parameters = @{ Image = 'image'; ReadRate = 1; HttpVersion = '2' }; Id = 'InvalidHttpVersion' }
        @{ What = 'a version of ConfigMaps'; Parameters = @{ Image = 'image'; ApiVersion = 'v1' }; Id = 'InvalidApiVersion' }
    ) {
        $failure = { New-ScaleTestManifest @Parameters } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be "$Id,K8sScaleTest.NewScaleTestManifestCommand"
    }
}
