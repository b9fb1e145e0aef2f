BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
}

Describe 'Invoke-ScaleTest: a run to its end' {
    BeforeAll {
        $file = Join-Path $TestDrive 'run.csv'
        $result = Invoke-ScaleTest -Local -Rate 200 -Count 200 -MaxPopulation 20 -Updates 1 -Watchers 3 -OutFile $file -WarningAction SilentlyContinue
    }

    It 'emits one ScaleTestResult' {
        @($result).Count | Should -Be 1
        $result | Should -BeOfType 'K8sScaleTest.ScaleTestResult'
    }

    It 'joins every write to its event' {
        $result.Paths.Operation | Should -Be 'Create', 'Update', 'Delete'
        foreach ($path in $result.Paths) { $path.Joined | Should -Be 200 }
    }

    It 'audits every observer up to the last write, and finds nothing' {
        $result.Audit.Count | Should -Be 4
        foreach ($audit in $result.Audit) {
            $audit.SentinelArrived | Should -BeTrue
            $audit.Missed + $audit.Duplicated + $audit.OutOfOrder + $audit.Regressed | Should -Be 0
        }
        $result.HorizonFault | Should -BeNullOrEmpty
    }

    It 'writes files that Import-Csv reads' {
        @(Import-Csv $file | Where-Object Phase -NE 'WarmUp').Count | Should -Be 600
        $paths = @(Import-Csv (Join-Path $TestDrive 'run.paths.csv'))
        $paths.Count | Should -Be 600
        @($paths | Where-Object { [long]$_.ReceivedUnixMicroseconds -le [long]$_.LaunchedUnixMicroseconds }).Count | Should -Be 0
        @(Import-Csv (Join-Path $TestDrive 'run.notifications.csv')).Count | Should -BeGreaterThan 0
        @(Import-Csv (Join-Path $TestDrive 'run.watches.csv') | Where-Object Type -EQ 'Added').Count | Should -Be 603
    }

    It 'shows the verdict first, in lines that fit' {
        $lines = ($result | Out-String -Width 100) -split "`r?`n" | Where-Object { $_ }
        $lines[0] | Should -Match "^$($result.Verdict): "
        $lines | Where-Object Length -GT 100 | Should -BeNullOrEmpty
    }
}

Describe 'Invoke-ScaleTest: plans and bad input' {
    It 'takes a plan, and the command line before it' {
        $plan = Join-Path $TestDrive 'plan.yaml'
        Set-Content $plan "local: true`ndriver:`n  rate: 200`n  count: 30`n  maxPopulation: 5`nwatches:`n  watchers: 2"
        $result = Invoke-ScaleTest -Plan $plan -Loggers 0 -WarningAction SilentlyContinue
        $result.Audit.Count | Should -Be 2
        $result.Driver.Parameters['Count'] | Should -Be '30'
    }

    It 'runs on the server from the pipeline, whatever the plan says' {
        $plan = Join-Path $TestDrive 'elsewhere.yaml'
        Set-Content $plan "local: true`ncontext: elsewhere`ndriver:`n  count: 30"
        $kubeconfig = New-Kubeconfig (Join-Path $TestDrive 'piped') 'https://127.0.0.1:1'
        { [pscustomobject]@{ Kubeconfig = $kubeconfig } | Invoke-ScaleTest -Plan $plan -WhatIf } | Should -Not -Throw
    }

    It 'names the line of what is no setting' {
        $plan = Join-Path $TestDrive 'wrong.yaml'
        Set-Content $plan "driver:`n  rat: 200"
        { Invoke-ScaleTest -Plan $plan -Local } | Should -Throw "*line 2*did you mean 'driver.rate'?*"
    }

    It 'sends nothing under -WhatIf' {
        $silent = Start-SilentServer
        try {
            $kubeconfig = New-Kubeconfig (Join-Path $TestDrive 'config') "https://127.0.0.1:$($silent.LocalEndpoint.Port)"
            Invoke-ScaleTest -Kubeconfig $kubeconfig -Rate 10 -Count 10 -WhatIf | Should -BeNullOrEmpty
            $silent.Pending() | Should -BeFalse
        }
        finally {
            $silent.Stop()
        }
    }

    It 'refuses a test that nobody observes' {
        { Invoke-ScaleTest -Local -Loggers 0 -Watchers 0 } | Should -Throw '*nobody would observe*'
    }
}
